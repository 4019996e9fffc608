"""What a roaming file says about itself: sender, recipient, number, times, version.

What belongs here: the heading of TAP, RAP and NRTRDE files, and their frame. Events do not.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ingestion.batch import Finding
from ingestion.readers import tap_tags
from ingestion.readers.ber import Decoder, Element
from ingestion.readers.nrtrde_tags import NRTRDE_TAGS
from ingestion.reasons import RefusedError, finding

TAP_BATCH: Final = "TAP transfer batch"
TAP_NOTIFICATION: Final = "TAP notification"
RAP_BATCH: Final = "RAP return batch"
RAP_ACKNOWLEDGEMENT: Final = "RAP acknowledgement"
NRTRDE: Final = "NRTRDE file"

# Format: prefix of its streams, and the place of its control part in the outermost element.
_STREAMS: Final = {
    TAP_BATCH: ("tap", tap_tags.CONTROL), TAP_NOTIFICATION: ("tap", None),
    RAP_BATCH: ("rap", tap_tags.RAP_CONTROL), RAP_ACKNOWLEDGEMENT: ("rap", None),
    NRTRDE: ("nrtrde", None),
}  # fmt: skip
FORMATS: Final = frozenset(_STREAMS)
_MOST_RELEASE: Final = 99
_SEQUENCE_DIGITS: Final = {"tap": 5, "rap": 5, "nrtrde": 7}
_NAMES: Final = {
    "tap": re.compile(r"(?:CD|TD)([A-Z0-9]{5})([A-Z0-9]{5})(\d{5})(?!\d)"),
    "rap": re.compile(r"(?:RC|RT)([A-Z0-9]{5})([A-Z0-9]{5})(\d{5})(?!\d)"),
    "nrtrde": re.compile(r"NR([A-Z0-9]{5})([A-Z0-9]{5})(\d{7})(?!\d)"),
}
_OFFSET: Final = re.compile(r"([+-])(\d\d)(\d\d)")
_TIME: Final = re.compile(r"\d{14}")


@dataclass
class Heading:
    """The heading of one file; times are aware, in UTC."""

    format: str
    sender: str
    recipient: str
    stream: str
    sequence_no: int | None  # of this file; an acknowledgement names the number of another one
    about_no: int | None  # the RAP file that an acknowledgement or a corrected file names
    is_test: bool
    specification: int | None
    release: int | None
    created_at: datetime | None
    available_at: datetime | None
    cut_off_at: datetime | None
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Frame:
    """A file taken apart: its outermost element, the parts of it by tag, its heading."""

    decoder: Decoder
    outermost: Element
    parts: dict[int, Element]
    heading: Heading
    control: dict[str, Any]


def open_frame(content: bytes, format_name: str) -> Frame:
    """Return the frame of a file of one of `FORMATS`.

    Raises:
        RefusedError: `truncated`, `malformed`, `schema` (no sender, recipient or number),
            `unsupported_version`.
    """
    decoder = Decoder(content, NRTRDE_TAGS if format_name == NRTRDE else tap_tags.RAP_TAGS)
    outermost = decoder.outermost()
    rest = content[outermost.after :]
    if rest.strip(b"\0"):
        raise RefusedError(
            "malformed", f"{len(rest)} bytes follow the end of the batch; resend the file."
        )
    parts: dict[int, Element] = {}
    for part in decoder.members(outermost):
        if part.tag in parts:
            raise RefusedError("malformed", f"byte {part.at}: tag {part.tag} stands twice.")
        parts[part.tag] = part
    control = _control(decoder, outermost, parts, format_name)
    heading = _heading(control, format_name)
    if rest:
        heading.findings.append(
            finding("padding_skipped", f"{len(rest)} zero bytes after the batch")
        )
    return Frame(decoder, outermost, parts, heading, control)


def _control(
    decoder: Decoder, outermost: Element, parts: dict[int, Element], format_name: str
) -> dict[str, Any]:
    place = _STREAMS[format_name][1]
    if place is None:
        # Events are decoded one by one, by their reader.
        members = (m for tag, m in parts.items() if tag != 2 or format_name != NRTRDE)
        known = (
            (decoder.tags[m.tag][0], decoder.value(m)) for m in members if m.tag in decoder.tags
        )
        return {name: value for name, value in known if not isinstance(value, list)}
    if place not in parts:
        raise RefusedError(
            "malformed", f"byte {outermost.at}: a {format_name} without control part; resend it."
        )
    return decoder.value(parts[place])


def _heading(control: dict[str, Any], format_name: str) -> Heading:
    kind = _STREAMS[format_name][0]
    for name in ("sender", "recipient"):
        if not control.get(name):
            raise RefusedError("schema", f"the heading of the {format_name} names no {name}.")
    findings = [
        finding("header_field", f"{name} {control[name]!r} has not 5 characters")
        for name in ("sender", "recipient")
        if len(control[name]) != 5
    ]
    rap_no = _number(control.get("rap_sequence_no"), findings, "rap")
    own = rap_no if kind == "rap" else _number(control.get("sequence_no"), findings, kind)
    if own is None:
        raise RefusedError("schema", f"the heading of the {format_name} has no file number.")
    is_own = format_name != RAP_ACKNOWLEDGEMENT
    is_test = control.get("file_type") == "T"
    specification, release = _version(control, format_name)
    available = _instant(control, "available", findings)
    return Heading(
        format_name,
        control["sender"],
        control["recipient"],
        f"{kind}{'-test' if is_test else ''}/{control['recipient']}",
        own if is_own else None,
        rap_no if kind == "tap" or not is_own else None,
        is_test,
        specification,
        release,
        _instant(control, "created", findings) or available,
        available,
        _instant(control, "cut_off", findings),
        findings,
    )


def _number(text: str | None, findings: list[Finding], kind: str) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,9}", text):
        raise RefusedError("schema", f"the file number is {text!r}, expected digits.")
    if len(text) != _SEQUENCE_DIGITS[kind]:
        findings.append(
            finding("header_field", f"file number {text!r} has not {_SEQUENCE_DIGITS[kind]} digits")
        )
    return int(text)


def _version(control: dict[str, Any], format_name: str) -> tuple[int | None, int | None]:
    """Return specification and release; a notification carries nothing that depends on them."""
    specification, release = control.get("specification"), control.get("release")
    if format_name == TAP_BATCH:
        is_known = specification == 3 and release in (10, 11, 12)
    elif format_name == TAP_NOTIFICATION:
        is_known = specification in (None, 3)
    elif format_name == NRTRDE:
        is_known = specification in (1, 2)
    else:
        specification = control.get("rap_specification")
        release = control.get("rap_release")
        is_known = specification in (None, 1) and (release is None or 1 <= release <= 5)
    if not is_known or not 0 <= (release or 0) <= _MOST_RELEASE:
        raise RefusedError(
            "unsupported_version",
            f"{format_name} of version {specification}.{release}; expected TAP 3.10 to 3.12, "
            "RAP 1.1 to 1.5 or NRTRDE 1 to 2.",
        )
    return specification, release


def offset_minutes(text: str | None) -> int | None:
    """Return minutes east of UTC of `±hhmm`, or None when no place on earth has that offset."""
    match = _OFFSET.fullmatch(text or "")
    if not match or int(match[3]) > 59:
        return None
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] == "-" else 1)
    return minutes if -13 * 60 <= minutes <= 14 * 60 and minutes % 15 == 0 else None


def _instant(control: dict[str, Any], name: str, findings: list[Finding]) -> datetime | None:
    stamp = control.get(name)
    if stamp is None:
        return None
    if isinstance(stamp, str):  # NRTRDE: the offset stands beside the time
        stamp = {"local_time": stamp, "utc_offset": control.get("utc_offset")}
    text, offset = stamp.get("local_time", ""), stamp.get("utc_offset", "")
    if offset_minutes(offset) is None:
        findings.append(finding("header_field", f"{name}: the offset is {offset!r}"))
    shift = offset if _OFFSET.fullmatch(offset or "") else "+0000"
    try:
        local = text if _TIME.fullmatch(text) else ""
        return datetime.strptime(f"{local}{shift}", "%Y%m%d%H%M%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        findings.append(finding("header_field", f"{name}: {text!r} is no time"))
        return None


def check_name(name: str, heading: Heading) -> None:
    """Refuse a file whose name tells another sender, recipient or number than its heading.

    Raises:
        RefusedError: `malformed`; names in another style tell nothing.
    """
    told = _NAMES[heading.stream.split("/")[0].removesuffix("-test")].match(name)
    if told is None or heading.sequence_no is None:
        return
    inside = (heading.sender, heading.recipient, heading.sequence_no)
    if (told[1], told[2], int(told[3])) != inside:
        raise RefusedError(
            "malformed",
            f"the name tells file {told[3]} of {told[1]} to {told[2]}, the heading "
            f"{inside[2]} of {inside[0]} to {inside[1]}; ask the sender which holds.",
        )
