"""How the first lines of a text file tell which format it is.

What belongs here: one question per format, answered from its first line. Names and feeds do not.
"""

import csv
import re
from functools import cached_property
from typing import Final

from ingestion.columns import REFERENCE_COLUMNS, may_be_empty

STATEMENT_COLUMNS: Final = frozenset({"statement_no", "partner_id", "period_start", "amount"})
PAYMENT_COLUMNS: Final = frozenset({"payment_id", "account_id", "paid_at", "amount"})
NETWORK_COLUMNS: Final = frozenset({"MCC", "MNC", "Country", "Network"})

_TELLING: Final = 3  # columns of a reference table that a heading must have to be its heading
_ASTERISK_COLUMNS: Final = range(16, 21)
_DISPOSITIONS: Final = {"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CAUSE: Final = re.compile(r"[A-Z][A-Z0-9_]+")
_SIP_METHODS: Final = {"INVITE", "ACK", "BYE"}
_SIP_CODE: Final = re.compile(r"[1-6][0-9]{2}")
_SQL_TYPE: Final = re.compile(r"INTEGER|UNIQUEIDENTIFIER|VARCHAR\([0-9]+\)")
_RIBBON_TYPES: Final = {"START", "STOP", "ATTEMPT", "INTERMEDIATE"}
_US_DATE: Final = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
_FLAT_OBJECT: Final = re.compile(rb"\s*\[\s*(\{[^{}\[\]]*\})")
_SQL_DUMP: Final = re.compile(
    r"(--.*(dump|database)|PRAGMA |BEGIN TRANSACTION|CREATE TABLE|INSERT INTO|/\*!)", re.IGNORECASE
)


class Opening:
    """The start of a text file: its first line, that line split, and some text behind it."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.text = head.decode("utf-8", errors="replace")
        self.first = self.text.split("\n", 1)[0].rstrip("\r")

    @cached_property
    def fields(self) -> list[str]:
        """The first line split at commas, quotes taken off."""
        try:
            return next(csv.reader([self.first], strict=False), [])
        except csv.Error:
            return []

    @cached_property
    def columns(self) -> set[str]:
        """The first line as names of columns."""
        return {name.strip() for name in self.first.split(",")}


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


def is_network_list(content: bytes) -> bool:
    """Say whether JSON is a list whose first object is flat and has the keys of a network."""
    first = _FLAT_OBJECT.match(content[:65_536])
    return first is not None and b'"mcc"' in first.group(1) and b'"mnc"' in first.group(1)


def is_asterisk(opening: Opening) -> bool:
    """Say whether a line has as many fields as a layout has, one of them a disposition."""
    fields = opening.fields
    return len(fields) in _ASTERISK_COLUMNS and bool(_DISPOSITIONS & set(fields))


def is_freeswitch(opening: Opening) -> bool:
    """Say whether a line of 15 fields has a cause by name tenth and a UUID eleventh."""
    fields = opening.fields
    return (
        len(fields) == 15
        and _CAUSE.fullmatch(fields[9]) is not None
        and _UUID.fullmatch(fields[10]) is not None
    )


def is_flatstore(opening: Opening) -> bool:
    """Say whether a line split at `|` begins with a SIP method and has a SIP status fifth."""
    fields = opening.first.split("|")
    return (
        len(fields) >= 7
        and fields[0] in _SIP_METHODS
        and _SIP_CODE.fullmatch(fields[4]) is not None
    )


def is_acc(opening: Opening) -> bool:
    """Say whether a line has a SIP method second and a SIP status sixth, or names such columns."""
    fields = opening.fields
    if {"method", "from_tag", "to_tag", "callid", "sip_code", "time"} <= set(fields):
        return True
    return (
        len(fields) >= 8
        and fields[1] in _SIP_METHODS
        and _SIP_CODE.fullmatch(fields[5]) is not None
    )


def is_cucm_cdr(opening: Opening) -> bool:
    """Say whether a heading names CUCM's call columns, or only types as a CDR of it has them."""
    fields = opening.fields
    if "globalCallID_callId" in fields:
        return "origLegCallIdentifier" in fields
    return _are_types(fields) and len(fields) > 100


def is_cucm_cmr(opening: Opening) -> bool:
    """Say whether a heading names CUCM's measurement columns, or only types, fewer than a CDR."""
    fields = opening.fields
    if "globalCallID_callId" in fields:
        return "origLegCallIdentifier" not in fields
    return _are_types(fields) and 20 <= len(fields) <= 100


def _are_types(fields: list[str]) -> bool:
    return bool(fields) and all(_SQL_TYPE.fullmatch(field) for field in fields)


def is_ribbon(opening: Opening) -> bool:
    """Say whether the gateway's heading comes first, or a record type and a US date sixth."""
    if opening.first.startswith("Sonus Networks"):
        return True
    fields = opening.fields
    return (
        len(fields) > 6 and fields[0] in _RIBBON_TYPES and _US_DATE.fullmatch(fields[5]) is not None
    )


def is_sql_dump(opening: Opening) -> bool:
    """Say whether the text begins as the dump of a database."""
    return _SQL_DUMP.match(opening.text) is not None
