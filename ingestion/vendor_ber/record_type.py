"""What a BER profile says of one type of record: our columns, and the elements they are read from.

What belongs here: what these keys may say. Reading records is readers/vendor.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ingestion.readers.switch_sql import VOICE
from ingestion.readers.vendor.codings import ADDRESSES, CLOCKS, CODINGS, NUMBERS, TIMES, is_order
from ingestion.usage_columns import TEXT_COLUMNS
from ingestion.vendor_ber.keys import Keys, Paths, Words, written

_NEEDED: Final = ("started_at", "duration_s")
_INSTANTS: Final = ("started_at", "ended_at")
_DIALLED: Final = ("a_number", "b_number", "c_number")
# What a record is where its type says nothing, as for a CSV profile.
_KINDS: Final = {
    name: VOICE[name].strip("'") for name in ("record_type", "service_type", "direction")
}


class Value(Keys):
    """One value of a record.

    Attributes:
        at: paths of tags below the record's own; the octets of several are joined.
        coding: how they read, one of codings.CODINGS or codings.CLOCKS.
        order: of the digits of a local time.
        codes: what a code stands for; any other is refused.
        times: what a number is multiplied by.
        per: ticks of a second, where a length of time is counted in them.
        is_summed: whether the numbers of all elements at the paths are added.
    """

    at: Annotated[Paths, Field(min_length=1)]
    coding: Annotated[str, Field(alias="as")]
    order: str = ""
    codes: Words = Field(default_factory=dict)
    times: Annotated[int, Field(ge=1, le=1 << 30)] = 1
    per: Literal[1, 10, 100, 1000] = 1
    is_summed: Annotated[bool, Field(alias="sum")] = False

    @model_validator(mode="after")
    def _check_coding(self) -> Self:
        if self.coding not in (*CODINGS, *CLOCKS):
            known = ", ".join((*CODINGS, *CLOCKS))
            raise ValueError(f"as is {self.coding!r}, expected one of {known}")
        if self.coding in CLOCKS and not is_order(self.order):
            raise ValueError(f"order is {self.order!r}, expected such as DDMMYYYYhhmmss")
        if self.coding not in CLOCKS and self.order:
            raise ValueError(f"order is for {', '.join(CLOCKS)}, not for {self.coding}")
        is_computed = self.is_summed or self.times > 1 or self.per > 1
        if is_computed and (self.coding not in NUMBERS or self.codes):
            raise ValueError(f"sum, times and per are for {', '.join(NUMBERS)} without codes")
        return self

    def check(self, column: str) -> None:
        """Refuse a coding that our column cannot have.

        Raises:
            ValueError: says which it can.
        """
        if (self.coding in TIMES) != (column in _INSTANTS):
            raise ValueError(f"{column} as {self.coding}: {', '.join(TIMES)} are for {_INSTANTS}")
        if self.coding in ADDRESSES and column not in _DIALLED:
            raise ValueError(
                f"{column} as {self.coding}: {', '.join(ADDRESSES)} are for {_DIALLED}"
            )


class RecordType(Keys):
    """Records of one tag: our columns, texts that all have, paths that are read over."""

    fields_: Annotated[dict[str, Value], Field(alias="fields")]
    constants: Words = Field(default_factory=dict)
    ignore: Paths = ()

    @model_validator(mode="after")
    def _check_columns(self) -> Self:
        named = (*self.fields_, *self.constants)
        if strange := [name for name in named if name not in TEXT_COLUMNS]:
            known = ", ".join(sorted(TEXT_COLUMNS))
            raise ValueError(f"{strange[0]!r} is no column of a record, expected one of {known}")
        if lacking := [name for name in _NEEDED if name not in named]:
            raise ValueError(f"{lacking[0]!r} is missing in fields; name the element that holds it")
        if twice := sorted(self.fields_.keys() & self.constants.keys()):
            raise ValueError(f"{twice[0]!r} is in fields and in constants, expected in one")
        for name, value in self.fields_.items():
            value.check(name)
        self._check_paths()
        return self

    def _check_paths(self) -> None:
        read = {path for value in self.fields_.values() for path in value.at}
        if both := sorted(read & set(self.ignore)):
            raise ValueError(f"{written(both[0])!r} is in fields and in ignore, expected in one")
        whole = read | set(self.ignore)
        for path in sorted(whole):
            if above := next((path[:n] for n in range(1, len(path)) if path[:n] in whole), None):
                raise ValueError(
                    f"{written(path)!r} lies inside {written(above)!r}, which is read or ignored "
                    "as a whole; expected one of the two"
                )

    @property
    def texts(self) -> dict[str, str]:
        """Columns that no element brings and the texts that all records have in them."""
        kinds = {name: text for name, text in _KINDS.items() if name not in self.fields_}
        return kinds | self.constants
