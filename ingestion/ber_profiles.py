"""How a vendor writes records in BER: profiles in YAML, one per switch (`profiles/ber/*.yml`).

What belongs here: what a profile may say, loading and checking them. Reading records is
readers/vendor.
"""

import re
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ingestion.first_bytes import FirstBytes
from ingestion.readers.profile import adjusted, numbering_plan
from ingestion.readers.switch_sql import VOICE
from ingestion.readers.vendor.codings import ADDRESSES, CLOCKS, CODINGS, NUMBERS, TIMES, is_order
from ingestion.reasons import LandingError, RefusedError
from ingestion.usage_columns import TEXT_COLUMNS

STANDARD: Final = "ts32298"
_NEEDED: Final = ("started_at", "duration_s")
_INSTANTS: Final = ("started_at", "ended_at")
_DIALLED: Final = ("a_number", "b_number", "c_number")
# What a record is where its type says nothing, as for a CSV profile.
_KINDS: Final = {
    name: VOICE[name].strip("'") for name in ("record_type", "service_type", "direction")
}
_DEEPEST: Final = 16
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_OCTETS: Final = re.compile(r"([0-9a-f]{2} ?)*")

Steps = tuple[bytes, ...]  # identifier octets of elements, one inside the other


def _octets(value: object) -> bytes:
    if not isinstance(value, str) or not _OCTETS.fullmatch(value):
        raise ValueError("expected octets in quotes, such as '00 ff'")
    return bytes.fromhex(value)


def _tag(value: object) -> bytes:
    """Return identifier octets (ITU-T X.690, 8.1.2): one, or more where its low bits are set."""
    octets = bytes.fromhex(value) if isinstance(value, str) and _OCTETS.fullmatch(value) else b""
    more = [octet >= 128 for octet in octets[1:]]  # whether another octet follows
    is_long = octets[:1] != b"" and octets[0] & 31 == 31
    if octets[:1] in (b"", b"\0") or more != (
        [True] * (len(more) - 1) + [False] if is_long else []
    ):
        raise ValueError(
            f"expected identifier octets in quotes, such as 'a1' or 'bf48', not {value!r}"
        )
    return octets


def _path(value: object) -> Steps:
    tags = value.split("/") if isinstance(value, str) else [value]
    if len(tags) > _DEEPEST:
        raise ValueError(f"expected at most {_DEEPEST} tags")
    return tuple(map(_tag, tags))


def _paths(value: object) -> tuple[Steps, ...]:
    return tuple(map(_path, value if isinstance(value, list) else [value]))


def _words(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(
        type(one) in (str, int) for pair in value.items() for one in pair
    ):
        raise ValueError("expected names and their texts")
    return {str(name): str(text) for name, text in value.items()}


def _mark(value: object) -> FirstBytes:
    if not isinstance(value, str):
        raise ValueError("expected octets in quotes, such as '31 LL a0'")
    return FirstBytes.of(value)


def _records(value: object) -> object:
    if value != STANDARD and not (isinstance(value, dict) and value):
        raise ValueError(f"expected {STANDARD}, or tags of records")
    return {} if value == STANDARD else value


Octets = Annotated[bytes, BeforeValidator(_octets)]
Tag = Annotated[bytes, BeforeValidator(_tag)]
Paths = Annotated[tuple[Steps, ...], BeforeValidator(_paths)]
Words = Annotated[dict[str, str], BeforeValidator(_words)]


class _Keys(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _check_known(cls, values: Any) -> Any:
        known = [item.alias or name for name, item in cls.model_fields.items()]
        told = ", ".join(key for key in known if key != "name")  # the name is that of the file
        if not isinstance(values, dict):
            raise ValueError(f"expected keys, of {told}")
        if strange := [key for key in values if key not in known]:
            raise ValueError(f"{strange[0]!r} is unknown, expected {told}")
        return values


class Number(_Keys):
    """An unsigned big-endian number of a header; `at` below 0 counts from the end of the file."""

    at: int
    octets: Annotated[int, Field(ge=1, le=8)]

    def read(self, content: bytes, begin: int = 0) -> int:
        """Return the number, in the header that begins at `begin`.

        Raises:
            RefusedError: `truncated` when it lies outside the content.
        """
        at = begin + self.at if self.at >= 0 else len(content) + self.at
        if at < 0 or at + self.octets > len(content):
            raise RefusedError(
                "truncated", f"the file has {len(content)} octets and no whole header; resend it."
            )
        return int.from_bytes(content[at : at + self.octets], "big")

    def check(self, key: str, header: int, trailer: int = 0) -> None:
        """Refuse a place outside the headers.

        Raises:
            ValueError: says where it must lie.
        """
        if not (0 <= self.at <= header - self.octets or -trailer <= self.at <= -self.octets):
            raise ValueError(
                f"{key}: {self.octets} octets at {self.at} lie outside, expected within a header "
                f"of {header} octets or a trailer of {trailer}"
            )


class RecordLength(Number):
    """The length of a record in the header before it."""

    counts_header: bool = False


class Framing(_Keys):
    """Where records lie in a file; sizes are octets.

    Without `record_length` the BER of a record says where it ends; `padding` are octets that may
    stand between records.
    """

    file_header: Annotated[int, Field(ge=0, le=4_096)] = 0
    file_trailer: Annotated[int, Field(ge=0, le=4_096)] = 0
    file_length: Number | None = None
    record_count: Number | None = None
    sequence_no: Number | None = None
    record_header: Annotated[int, Field(ge=0, le=256)] = 0
    record_length: RecordLength | None = None
    padding: Octets = b""

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        for key in ("file_length", "record_count", "sequence_no"):
            number: Number | None = getattr(self, key)
            if number is not None:
                number.check(key, self.file_header, self.file_trailer)
        if self.record_length is not None:
            self.record_length.check("record_length", self.record_header)
        return self


class Value(_Keys):
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

    at: Paths
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


class RecordType(_Keys):
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


def written(path: Steps) -> str:
    """Return a path as a profile writes it."""
    return "/".join(tag.hex() for tag in path)


class BerProfile(_Keys):
    """One vendor's BER; `node_id` is the switch as the ledger of files names it.

    `records` are by their tag, none where they are those of TS 32.298.
    """

    name: Annotated[str, Field(pattern=_NAME)]
    first_bytes: Annotated[FirstBytes, BeforeValidator(_mark)]
    records: Annotated[dict[Tag, RecordType], BeforeValidator(_records)]
    framing: Framing = Framing()
    node_id: str = ""
    time_zone: str | None = None
    numbering: dict[str, Any] = Field(default_factory=dict)
    future_tolerance_h: Annotated[int, Field(ge=0, le=9_999)] = 24
    late_after_h: Annotated[int, Field(ge=0, le=9_999)] = 24

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        try:
            ZoneInfo(self.time_zone or "UTC")
        except (KeyError, ValueError, OSError):
            raise ValueError(f"time_zone is {self.time_zone!r}, expected Europe/Madrid") from None
        try:
            adjusted(numbering_plan(), self.numbering)
        except TypeError as error:
            raise ValueError(f"numbering: {error}") from None
        return self

    @property
    def is_standard(self) -> bool:
        """Whether records are read as TS 32.298 says; then only the framing is the vendor's."""
        return not self.records

    def sequence_of(self, content: bytes) -> int | None:
        """Return the number of a file among those of its node, None where files have none.

        Raises:
            RefusedError: `truncated`.
        """
        number = self.framing.sequence_no
        return None if number is None else number.read(content)


def ber_profiles(folder: Path) -> list[BerProfile]:
    """Return the profiles of a folder by name.

    Raises:
        LandingError: a profile cannot be, or two claim the same files; says which, and what was
            expected.
    """
    found = [_parsed(path) for path in sorted(folder.glob("*.yml"))]
    for one, other in combinations(found, 2):
        if one.first_bytes.may_share(other.first_bytes):
            raise LandingError(
                f"two profiles claim the same files: first_bytes of {one.name}.yml is "
                f"{one.first_bytes.words!r}, of {other.name}.yml {other.first_bytes.words!r}; "
                "make one of them narrower."
            )
    return found


def _parsed(path: Path) -> BerProfile:
    try:
        values: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LandingError(f"{path.name} is no YAML ({error}).") from error
    if not isinstance(values, dict) or "name" in values:
        raise LandingError(f"{path.name} holds no keys of a BER profile.")
    try:
        return BerProfile.model_validate({"node_id": path.stem, **values, "name": path.stem})
    except ValidationError as error:
        raise LandingError(f"{path.name}: {_first(error)}.") from error


def _first(error: ValidationError) -> str:
    """Return the place of the first problem, what was expected there, and what was found."""
    found = error.errors()[0]
    place = ".".join(str(part) for part in found["loc"] if part != "[key]")
    said = found["msg"].removeprefix("Value error, ").removeprefix("Input ")
    shown = "" if isinstance(found["input"], dict) else f" (it is {found['input']!r:.40})"
    return f"{place}: {said}{shown}" if place else said
