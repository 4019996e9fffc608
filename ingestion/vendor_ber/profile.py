"""How a vendor writes records in BER: profiles in YAML, one per switch (`profiles/ber/*.yml`).

What belongs here: framing, loading and checking whole profiles. Reading files is readers/vendor.
"""

import re
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ingestion.readers.profile import adjusted, numbering_plan
from ingestion.reasons import LandingError, RefusedError
from ingestion.vendor_ber.first_bytes import FirstBytes
from ingestion.vendor_ber.keys import Keys, Octets, Tag
from ingestion.vendor_ber.record_type import RecordType

STANDARD: Final = "ts32298"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_HEADER_OCTETS: Final = 4_096
_RECORD_HEADER_OCTETS: Final = 256


class Number(Keys):
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


class Framing(Keys):
    """Where records lie in a file; sizes are octets.

    Without `record_length` the BER of a record says where it ends; `padding` are octets that may
    stand between records.
    """

    file_header: Annotated[int, Field(ge=0, le=_HEADER_OCTETS)] = 0
    file_trailer: Annotated[int, Field(ge=0, le=_HEADER_OCTETS)] = 0
    file_length: Number | None = None
    record_count: Number | None = None
    sequence_no: Number | None = None
    record_header: Annotated[int, Field(ge=0, le=_RECORD_HEADER_OCTETS)] = 0
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


def _mark(value: object) -> FirstBytes:
    if not isinstance(value, str):
        raise ValueError("expected octets in quotes, such as '31 LL a0'")
    return FirstBytes.of(value)


def _records(value: object) -> object:
    if value != STANDARD and not (isinstance(value, dict) and value):
        raise ValueError(f"expected {STANDARD}, or tags of records")
    return {} if value == STANDARD else value


class BerProfile(Keys):
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
    place = f"{path.parent.name}/{path.name}"  # a profile of CSV may have the same name
    try:
        values: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LandingError(f"{place} is no YAML ({error}).") from error
    if not isinstance(values, dict) or "name" in values:
        raise LandingError(f"{place} holds no keys of a BER profile.")
    try:
        return BerProfile.model_validate({"node_id": path.stem, **values, "name": path.stem})
    except ValidationError as error:
        raise LandingError(f"{place}: {_first(error)}.") from error


def _first(error: ValidationError) -> str:
    """Return the place of the first problem, what was expected there, and what was found."""
    found = error.errors()[0]
    place = ".".join(str(part) for part in found["loc"] if part != "[key]")
    said = found["msg"].removeprefix("Value error, ").removeprefix("Input ")
    shown = "" if isinstance(found["input"], dict) else f" (it is {found['input']!r:.40})"
    return f"{place}: {said}{shown}" if place else said
