"""Values of one record into the text of our columns, as its profile reads them.

What belongs here: sums, units, codes, and which reason a value gives that cannot be. Octets of one
value are codings.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ingestion.readers.vendor.codings import (
    ADDRESSES,
    CLOCKS,
    CODINGS,
    ValueProblemError,
    type_of_number,
)
from ingestion.vendor_ber.keys import Steps
from ingestion.vendor_ber.record_type import Value

Row = dict[str, object]
# Columns of types of numbers (TS 24.008, 10.5.4.7), where the octets of an address tell them.
TYPES: Final = {"a_number": "a_ton", "b_number": "b_ton"}


def _reader_of(value: Value) -> Callable[[bytes], str]:
    if value.coding not in CLOCKS:
        return CODINGS[value.coding]
    clock = CLOCKS[value.coding]
    return lambda octets: clock(octets, value.order)


@dataclass(frozen=True)
class Column:
    """One of our columns, and how it is read, ready for many records."""

    name: str
    value: Value
    read: Callable[[bytes], str]
    type_name: str | None

    @classmethod
    def of(cls, name: str, value: Value) -> "Column":
        """Make ready the column `name` of a profile."""
        type_name = TYPES.get(name) if value.coding in ADDRESSES else None
        return cls(name, value, _reader_of(value), type_name)

    def fill(self, row: Row, values: Mapping[Steps, list[bytes]]) -> None:
        """Put the text into a row, or the first `problem`; nothing where no element is there.

        Args:
            row: of this record.
            values: octets of all elements of each path.
        """
        found = [values[path] for path in self.value.at if path in values]
        if not found:
            return
        octets = found[0][0] if len(found) == 1 else b"".join(one[0] for one in found)
        try:
            if self.value.is_summed:
                row[self.name] = self._sum([part for one in found for part in one])
            else:
                row[self.name] = self._text(octets, row)
        except ValueProblemError as problem:
            row.setdefault("problem", f"{problem}:{self.name}")
            return
        if self.type_name:
            row[self.type_name] = type_of_number(octets)

    def _text(self, octets: bytes, row: Row) -> str:
        """Return the text of a value; of a code that no list holds the code, with its problem."""
        text, codes = self.read(octets), self.value.codes
        if codes:
            if text not in codes:
                reason = "unknown_type" if self.name == "record_type" else "bad_code"
                row.setdefault("problem", f"{reason}:{self.name}")
            return codes.get(text, text)
        is_plain = self.value.times == self.value.per == 1
        return text if is_plain else self._scaled(int(text))

    def _sum(self, parts: list[bytes]) -> str:
        numbers = [int(self.read(octets)) for octets in parts]
        if min(numbers) < 0:
            raise ValueProblemError("out_of_range")
        return self._scaled(sum(numbers))

    def _scaled(self, number: int) -> str:
        """Return a number in our unit; ticks of a second with three decimals, exactly."""
        number *= self.value.times
        if self.value.per == 1:
            return str(number)
        milliseconds = abs(number) * 1_000 // self.value.per
        return f"{'-' * (number < 0)}{milliseconds // 1_000}.{milliseconds % 1_000:03}"
