"""The file header of TS 32.297 (clause 6.1.1): layout, times without a year, lost records.

What belongs here: what the header says. Records and their headers are framing.py.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from ingestion.batch import Finding
from ingestion.reasons import RefusedError, finding

RELEASE_IN_EXTENSION: Final = 7
_FIXED: Final = 50  # octets up to and with the length of the routing filter
_LONGEST: Final = _FIXED + 2 * 65_535 + 4
_NODE_OCTETS: Final = 20
_ABNORMAL: Final = {
    128: "undefined", 129: "file system error", 130: "storage exhausted", 131: "integrity error",
}  # fmt: skip
_LOST_FLAG: Final = 128
_LOST_MANY: Final = 255
_NAME_DATE: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})-?(0[1-9]|1[0-2])-?([0-3][0-9])")


@dataclass(frozen=True)
class Header:
    """What a file header says.

    `length` is its octets, `file_length` those declared for the file. `written` is the time of the
    last record, else of the opening, as (month, day, hour, minute, minutes east of UTC).
    """

    length: int
    file_length: int
    records: int
    sequence_no: int
    closure_reason: int
    node_address: str
    lost: int
    written: tuple[int, int, int, int, int] | None

    def findings(self) -> list[Finding]:
        """Return what the header itself reports: abnormal closure, lost records, no year."""
        found = []
        if self.closure_reason in _ABNORMAL:
            found.append(
                finding(
                    "header_field",
                    f"closure reason {self.closure_reason}: {_ABNORMAL[self.closure_reason]}; "
                    "ask the sender what is missing",
                )
            )
        if self.lost:
            found.append(finding("lost_records", f"{lost_bound(self.lost)} records lost"))
        if self.written is None:
            found.append(finding("header_field", "the header has no time"))
        return found


def lost_bound(indicator: int) -> str:
    """Return how many records the lost CDR indicator (1 to 255) says are missing."""
    if indicator == _LOST_MANY:
        return "at least 127"
    if indicator == _LOST_FLAG:
        return "at least 1"
    if indicator > _LOST_FLAG:
        return f"exactly {indicator - _LOST_FLAG}"
    return f"at least {indicator}"


def is_header(content: bytes) -> bool:
    """Say whether the bytes begin with a file header, whatever length it declares for the file."""
    try:
        _header_length(content)
    except RefusedError:
        return False
    return True


def _header_length(content: bytes) -> int:
    """Return the octets of the header, once its parts add up to what it declares.

    Raises:
        RefusedError: `truncated` or `malformed`.
    """
    if len(content) < _FIXED:
        raise RefusedError(
            "truncated", f"{len(content)} octets, a file header has {_FIXED} or more; resend it."
        )
    declared = int.from_bytes(content[4:8], "big")
    if not _FIXED <= declared <= _LONGEST:
        raise RefusedError("malformed", f"the header declares {declared} octets of itself.")
    at = _FIXED + int.from_bytes(content[48:50], "big")
    if at != declared:  # the oldest headers end here
        if at + 2 > len(content):
            raise RefusedError("truncated", "the file ends inside its header; resend it.")
        at += 2 + int.from_bytes(content[at : at + 2], "big")
        at += sum(content[place] >> 5 == RELEASE_IN_EXTENSION for place in (8, 9))
    if at != declared:
        raise RefusedError(
            "malformed",
            f"the header declares {declared} octets of itself, its parts have {at}; "
            "a sender with other headers needs a profile.",
        )
    if declared > len(content):
        raise RefusedError("truncated", "the file ends inside its header; resend it.")
    return declared


def read_header(content: bytes) -> Header:
    """Return the header of a file, whose declared length must be that of the file.

    Raises:
        RefusedError: `truncated` or `malformed`.
    """
    length = _header_length(content)
    file_length = int.from_bytes(content[:4], "big")
    if file_length > len(content):
        raise RefusedError(
            "truncated",
            f"the header declares {file_length} octets, the file has {len(content)}; resend it.",
        )
    if file_length < len(content):
        raise RefusedError(
            "malformed",
            f"the header declares {file_length} octets, the file has {len(content)}; resend it.",
        )
    opened, last = (int.from_bytes(content[at : at + 4], "big") for at in (10, 14))
    return Header(
        length=length,
        file_length=file_length,
        records=int.from_bytes(content[18:22], "big"),
        sequence_no=int.from_bytes(content[22:26], "big"),
        closure_reason=content[26],
        node_address=_node_address(content[27 : 27 + _NODE_OCTETS]),
        lost=content[47],
        written=_time(last) or _time(opened),
    )


def _time(bits: int) -> tuple[int, int, int, int, int] | None:
    """Return month, day, hour, minute and offset in minutes, None where there is no such time."""
    month, day, hour = bits >> 28, bits >> 23 & 31, bits >> 18 & 31
    minute, sign = bits >> 12 & 63, bits >> 11 & 1
    hours, minutes = bits >> 6 & 31, bits & 63
    offset = (hours * 60 + minutes) * (1 if sign else -1)
    if not 1 <= month <= 12 or hour > 23 or minute > 59 or minutes > 59 or hours > 14:
        return None
    return (month, day, hour, minute, offset) if 1 <= day <= 31 else None


def _node_address(octets: bytes) -> str:
    """Return the node that wrote the file: an IP address in the last 16 octets, or a name."""
    text = octets.rstrip(b"\0\xff ")
    if text and all(32 < octet < 127 for octet in text):
        return text.decode("ascii")
    address = ipaddress.IPv6Address(octets[4:])
    return str(address.ipv4_mapped or address)


def year_from(
    header: Header, file_name: str, arrived: datetime
) -> tuple[datetime | None, list[Finding]]:
    """Return when the file was written (aware, UTC) and how its year was found.

    The year nearest to the date in the file name, else the last one in which the time lies not
    after the arrival; a day of tolerance covers zones and clocks, so that a file of 31 December
    which arrives on 1 January is of the old year.

    Args:
        header: its time has no year.
        file_name: may hold a date, YYYYMMDD or YYYY-MM-DD.
        arrived: aware, UTC.
    """
    if header.written is None:
        return None, []
    named = _date_of(file_name)
    near = arrived.date() if named is None else named
    candidates = list(_instants(header.written, (near.year - 1, near.year, near.year + 1)))
    if named is None:
        candidates = [at for at in candidates if at <= arrived + timedelta(days=1)]
        chosen = max(candidates, default=None)
    else:
        noon = datetime(named.year, named.month, named.day, 12, tzinfo=UTC)
        chosen = min(candidates, key=lambda at: abs(at - noon), default=None)
    if chosen is None:
        return None, [finding("header_field", "the time of the header exists in no near year")]
    source = "arrival" if named is None else "file name"
    year = chosen.astimezone(timezone(timedelta(minutes=header.written[4]))).year
    return chosen, [finding("year_derived", f"{year}, from the {source}")]


def _date_of(file_name: str) -> date | None:
    match = _NAME_DATE.search(file_name)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def _instants(written: tuple[int, int, int, int, int], years: Iterable[int]) -> Iterable[datetime]:
    month, day, hour, minute, offset = written
    zone = timezone(timedelta(minutes=offset))
    for year in years:
        try:
            yield datetime(year, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
        except ValueError:  # 29 February
            continue
