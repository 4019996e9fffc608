"""What is this file? Decided by its bytes, never by its name (FORMATS 1.1).

What belongs here: names of formats, how each is recognised, which feed takes it.
"""

import csv
import re
from typing import Final

from ingestion.columns import REFERENCE_COLUMNS, may_be_empty
from ingestion.readers.charging.header import is_header
from ingestion.reasons import RefusedError

STATEMENT_COLUMNS: Final = frozenset({"statement_no", "partner_id", "period_start", "amount"})
CHARGING_FILE: Final = "TS 32.297 charging file"
CHARGING_RECORDS: Final = "TS 32.298 records without file framing"
PAYMENT_COLUMNS: Final = frozenset({"payment_id", "account_id", "paid_at", "amount"})

# Which formats a feed takes, by the names below.
FEED_FORMATS: Final[dict[str, frozenset[str]]] = {
    "mediation": frozenset({"trunkline-cdr"}),
    "switch_asterisk": frozenset({"Asterisk CSV"}),
    "cdr3gpp": frozenset({CHARGING_FILE, CHARGING_RECORDS}),
    "tmf": frozenset({"TM Forum JSON"}),
    "pm": frozenset({"TS 32.435 measCollecFile", "TS 28.532 measDataFile", "TS 32.401 mdc"}),
    "partner": frozenset({"partner statement"}),
    "payments": frozenset({"payment list"}),
    "reference": frozenset({"reference table"}),
    "decks": frozenset({"rate deck CSV", "rate deck Parquet", "rate deck spreadsheet"}),
}

_XML_ROOTS: Final = {
    "measCollecFile": "TS 32.435 measCollecFile",
    "measDataFile": "TS 28.532 measDataFile",
    "mdc": "TS 32.401 mdc",
    "OMeS": "Nokia OMeS",
    "bulkCmConfigDataFile": "TS 32.615 bulk configuration",
    "cdr": "FreeSWITCH XML",
}
_JSON_MARKS: Final = (
    (b'"perf3gppFields"', "VES perf3gpp JSON"),
    (b'"core-uuid"', "FreeSWITCH JSON"),
    (b'"multipleUnitUsage"', "TS 32.291 charging data JSON"),
)
_BINARY: Final = (
    (b"SQLite format 3\0", "SQLite database"),
    (b"PK\x03\x04", "zip archive or spreadsheet"),
    (b"PAR1", "Parquet file"),
    (b"\x7f\x84\x16", "RAP return batch"),
    (b"\x7f\x84\x17", "RAP acknowledgement"),
    (b"\x1f\x8b", "gzip inside gzip"),
)
_ROOT_TAG: Final = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s>/]")
_CONTEXT_CONSTRUCTED: Final = range(0xA0, 0xC0)
# A universal SET with its length, and a context tag in it: text has no such third octet.
_VENDOR_SET: Final = re.compile(rb"\x31(?:[\x02-\x7f]|\x81.|\x82..|\x83...|\x80)[\x80-\xbf]", re.S)
_HEAD: Final = 65_536
_TELLING: Final = 3  # columns of a reference table that a heading must have to be its heading
_ASTERISK_COLUMNS: Final = range(16, 20)
_DISPOSITIONS: Final = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}


def sniff(content: bytes) -> str:
    """Return the name of the format of an expanded file without byte order mark.

    Raises:
        RefusedError: `unknown_format` when no rule fits.
    """
    binary = _binary(content)
    if binary:
        return binary
    head = content[:_HEAD].lstrip(b" \t\r\n")
    if head[:1] == b"<":
        return _xml(head)
    if head[:1] in (b"{", b"["):
        return next((name for mark, name in _JSON_MARKS if mark in content), "TM Forum JSON")
    if head.startswith(b"#trunkline-cdr"):
        return "trunkline-cdr"
    return _text(head)


def _binary(content: bytes) -> str | None:
    for mark, name in _BINARY:
        if content.startswith(mark):
            return name
    declares_itself = len(content) > 8 and int.from_bytes(content[:4], "big") == len(content)
    if declares_itself or is_header(content):
        return CHARGING_FILE
    if content[:1] and content[0] in _CONTEXT_CONSTRUCTED:
        return CHARGING_RECORDS
    if _VENDOR_SET.match(content):
        return "BER of a vendor, not TS 32.298"
    if content[:1] == b"\x61" and b"\0" in content[:_HEAD]:
        return "NRTRDE file" if b"\x5f\x29" in content[:8] else "TAP transfer batch"
    return None


def _xml(head: bytes) -> str:
    bare = re.sub(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(\[.*?\])?\s*>", b"", head, flags=re.S)
    match = _ROOT_TAG.search(bare)
    root = match.group(2).decode("ascii") if match else "?"
    return _XML_ROOTS.get(root) or _xml_by_child(head, root)


def _xml_by_child(head: bytes, root: str) -> str:
    return "Nokia OMeS" if b"<OMeS" in head else f"XML <{root}>"


def _text(head: bytes) -> str:
    if not head:
        raise RefusedError(
            "truncated", "the file is empty (0 bytes), expected a heading; resend it."
        )
    sample = head.split(b"\0", 1)[0]
    if len(sample) < min(len(head), 16):
        raise RefusedError("unknown_format", "the file is binary and of no known format.")
    first = sample.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
    if "::=" in sample[:2000].decode("utf-8", errors="replace"):
        return "TS 32.436 ASN.1 value notation"
    columns = {name.strip() for name in first.split(",")}
    if columns >= STATEMENT_COLUMNS:
        return "partner statement"
    if columns >= PAYMENT_COLUMNS:
        return "payment list"
    if reference_table(columns):
        return "reference table"
    if _is_asterisk(first):
        return "Asterisk CSV"
    shown = re.sub(r"[0-9]{6,}", "<digits>", first[:60])
    raise RefusedError(
        "unknown_format", f"the first line is {shown!r}, which is the start of no known format."
    )


def reference_table(columns: set[str]) -> str | None:
    """Return the reference table that a heading belongs to, or None.

    All columns that may not be empty are there, and enough columns that the heading is not that of
    something else; of several tables the one that knows most columns.
    """
    validity = {"valid_from", "valid_to"}
    fits = {
        name: len(columns & set(known)) - len(columns - set(known))
        for name, known in REFERENCE_COLUMNS.items()
        if set(known) - may_be_empty(name) <= columns
        and len(columns & set(known) - validity) >= min(_TELLING, len(set(known) - validity))
    }
    best = max(fits, key=lambda name: fits[name], default=None)
    return best if best is not None and fits[best] > 0 else None


def _is_asterisk(first: str) -> bool:
    try:
        rows = list(csv.reader([first], strict=False))
    except csv.Error:
        return False
    return bool(rows) and len(rows[0]) in _ASTERISK_COLUMNS and bool(_DISPOSITIONS & set(rows[0]))


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
    home = feed_of(format_name)
    advice = f"put it into inbox/{home}/" if home else "no feed reads this format yet"
    raise RefusedError(
        "wrong_feed", f"the file is {format_name}, feed {feed} takes {wanted}; {advice}."
    )
