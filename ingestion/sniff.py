"""What is this file? Decided by its bytes, never by its name (FORMATS 1.1).

What belongs here: asking the marks of `formats` in their order. The marks themselves do not.
"""

import re
from typing import Any, Final

from ingestion.csv_profiles import profile_of
from ingestion.formats import (
    BER_BY_PROFILE,
    BY_PROFILE,
    FORMATS,
    TRACE_BY_PROFILE,
    read_formats,
)
from ingestion.openings import Opening
from ingestion.reasons import RefusedError
from ingestion.taught import Taught
from ingestion.trace_profiles import trace_profile_of

# Which formats a feed takes, by their names.
FEED_FORMATS: Final[dict[str, frozenset[str]]] = read_formats()

_ROOT_TAG: Final = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s>/]")
# What is not closed goes to the end: looking for its end again would take quadratic time.
_PROLOG: Final = re.compile(
    rb"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*+(?:\[.*?(?:\]|\Z))?\s*+(?:>|\Z)?",
    re.DOTALL,
)
_HEAD: Final = 65_536


def sniff(content: bytes, profiles: Taught = Taught()) -> str:  # noqa: B008 - it never changes
    """Return the name of the format of an expanded file without byte order mark.

    Args:
        content: the file.
        profiles: of BER, which are asked first, and of CSV that no other mark tells, those of field
            traces before those of calls.

    Raises:
        RefusedError: `unknown_format` when no rule fits.
    """
    if profiles.ber_of(content) is not None:
        return BER_BY_PROFILE.name
    if binary := _told("bytes", content):
        return binary
    head = content[:_HEAD].lstrip(b" \t\r\n")
    if head[:1] == b"<":
        return _xml(head)
    if head[:1] in (b"{", b"["):
        return _told("json", content) or ""
    return _text(head, profiles)


def _told(kind: str, by: Any) -> str | None:
    return next(
        (item.name for item in FORMATS if item.mark.kind == kind and item.mark.fits(by)), None
    )


def _xml(head: bytes) -> str:
    match = _ROOT_TAG.search(_PROLOG.sub(b"", head))
    root = match.group(2).decode("ascii") if match else "?"
    return _told("xml", root) or ("Nokia OMeS" if b"<OMeS" in head else f"XML <{root}>")


def _text(head: bytes, profiles: Taught) -> str:
    if not head:
        raise RefusedError(
            "truncated", "the file is empty (0 bytes), expected a heading; resend it."
        )
    sample = head.split(b"\0", 1)[0]
    if len(sample) < min(len(head), 16):
        raise RefusedError(
            "unknown_format",
            "the file is binary and of no known format; a profile in profiles/ber/ teaches BER.",
        )
    opening = Opening(sample)
    if name := _told("text", opening):
        return name
    if trace_profile_of(sample, profiles.traces) is not None:
        return TRACE_BY_PROFILE.name
    if profile_of(sample, profiles.csv) is not None:
        return BY_PROFILE.name
    shown = re.sub(r"[0-9]{6,}", "<digits>", opening.first[:60])
    raise RefusedError(
        "unknown_format",
        f"the first line is {shown!r}, which is the start of no known format; "
        "`trunkline land --formats` lists them, a profile teaches another CSV.",
    )


def feed_of(format_name: str) -> str | None:
    """Return the feed that takes a format, or None."""
    for feed, formats in FEED_FORMATS.items():
        if format_name in formats:
            return feed
    return None


def check_feed(feed: str, format_name: str) -> None:
    """Refuse a file whose format its feed does not take.

    Raises:
        RefusedError: `wrong_feed`, naming what the file is and where it belongs.
    """
    if format_name in FEED_FORMATS[feed]:
        return
    wanted = ", ".join(sorted(FEED_FORMATS[feed]))
    raise RefusedError(
        "wrong_feed",
        f"the file is {format_name}, feed {feed} takes {wanted}; {advice(format_name)}.",
    )


def advice(format_name: str) -> str:
    """Say where a file belongs, or what to do instead."""
    if home := feed_of(format_name):
        return f"put it into inbox/{home}/"
    known = next((item.record for item in FORMATS if item.name == format_name), None)
    return known or "no feed reads this format yet"
