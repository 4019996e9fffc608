"""Every format that is recognised: its name, how it is told, which feed takes it, what a record is.

What belongs here: the one table that sniffing, dispatch, `trunkline land --formats` and the
documentation share. Reading does not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from ingestion import openings
from ingestion.databases.heading import FORMAT as DATABASE_ROWS
from ingestion.databases.heading import MARK as DATABASE_MARK
from ingestion.home import Home
from ingestion.openings import Opening
from ingestion.readers.charging.header import is_header
from ingestion.taught import Taught

Kind = str  # what a mark is looked for in: bytes, xml, json, text, folder


@dataclass(frozen=True)
class Mark:
    """How a format is told.

    Attributes:
        kind: `bytes` (the content), `xml` (the name of the root), `json` (the content), `text`
            (an `Opening`), `folder` (the sender's folder decides, no rule).
        words: the rule for a person.
        fits: whether it holds.
    """

    kind: Kind
    words: str
    fits: Callable[[Any], bool]


def starts(mark: bytes) -> Mark:
    """Tell a format by its first bytes."""
    words = f"first bytes {mark.hex(' ')}"
    return Mark("bytes", words, lambda data: data[: len(mark)] == mark)


def root(name: str) -> Mark:
    """Tell a format by the root element of XML."""
    return Mark("xml", f"XML root <{name}>", lambda found: found == name)


def key(name: str) -> Mark:
    """Tell a format by a key somewhere in JSON."""
    return Mark("json", f'JSON with the key "{name}"', lambda data: f'"{name}"'.encode() in data)


def line(words: str, fits: Callable[[Opening], bool]) -> Mark:
    """Tell a format by its first line."""
    return Mark("text", words, fits)


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: as it stands in the ledger and in messages.
        feed: takes it; None when it is recognised and refused.
        origin: `standard`, `vendor` or `own`.
        record: what one raw record is, or what to do instead of sending it.
        mark: how it is told.
    """

    name: str
    feed: str | None
    origin: str
    record: str
    mark: Mark

    @property
    def recognised_by(self) -> str:
        """The rule for a person."""
        return self.mark.words

    def as_dict(self) -> dict[str, str | None]:
        """Return what the list of formats says of it."""
        return {
            "name": self.name,
            "recognised_by": self.recognised_by,
            "feed": self.feed,
            "origin": self.origin,
            "record": self.record,
        }


def _is_charging_file(data: bytes) -> bool:
    return is_header(data) or (len(data) > 8 and int.from_bytes(data[:4], "big") == len(data))


def _tagged(data: bytes) -> str | None:
    """Return what a file that starts with an APPLICATION tag below 31 holds, or None.

    The tag alone is a lower-case letter; what follows tells text apart, and TAP from NRTRDE.
    """
    if data[:1] not in _APPLICATION_TAGS or not _CONTROL_BYTES.search(data[:65_536]):
        return None
    size = data[1:2]
    width = 1 + (size[0] & 0x7F if size > b"\x80" else 0)
    if data[:1] == b"\x61":
        return _NRTRDE if data[1 + width : 3 + width] == b"\x5f\x29" else _TRANSFER
    if data[:1] == b"\x62":
        return _NOTIFICATION
    declared = int.from_bytes(data[2 : 1 + width], "big") if width > 1 else size[0]
    return _OTHER_BER if 1 + width + declared == len(data) else None


def tagged(name: str, words: str) -> Mark:
    """Tell a format of roaming by its outermost and innermost tags."""
    return Mark("bytes", words, lambda data: _tagged(data) == name)


ZIP: Final = "zip archive"  # opened before its members are told; named where it cannot be
VES_COUNTERS: Final = "VES perf3gpp JSON"
CHARGING_FILE: Final = "TS 32.297 charging file"
CHARGING_RECORDS: Final = "TS 32.298 records without file framing"
_CONTEXT_CONSTRUCTED: Final = frozenset(bytes([number]) for number in range(0xA0, 0xC0))
# A universal SET with its length, and a context tag in it: text has no such third octet.
_VENDOR_SET: Final = re.compile(rb"\x31(?:[\x02-\x7f]|\x81.|\x82..|\x83...|\x80)[\x80-\xbf]", re.S)
_APPLICATION_TAGS: Final = frozenset(bytes([0x60 + number]) for number in range(31))
_CONTROL_BYTES: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_TRANSFER: Final = "TAP transfer batch"
_NOTIFICATION: Final = "TAP notification"
_NRTRDE: Final = "NRTRDE file"
_OTHER_BER: Final = "BER of another application tag"
_CALL_EVENT: Final = "one call event"

# Tables that others publish, and where they land. No price of a record follows from them.
NETWORK_LIST: Final = "MCC-MNC list JSON"
NETWORK_TABLE: Final = "MCC-MNC table CSV"
TADIG_CODES: Final = "TADIG code list"
_SDR_BASKET: Final = "SDR basket table"
_REGULATED_RATES: Final = "regulated rates table"
PUBLISHED_TABLES: Final = {
    NETWORK_LIST: "networks", NETWORK_TABLE: "networks", TADIG_CODES: "tadig_codes",
    _SDR_BASKET: "sdr_basket", _REGULATED_RATES: "regulated_rates",
}  # fmt: skip
_NETWORK: Final = "one network of one country"
_TADIG_LINE: Final = re.compile(rb"[^\0\n]{1,64}\0enum\0[A-Za-z0-9]{1,16}\r?(?:\n|\Z)")

_NOT_YET: Final = "no feed reads this format yet"
_AS_CSV: Final = "export the table as CSV and send that"
_COUNTER: Final = "one value: object, counter, interval"
_LEG: Final = "a leg of a call"
_SIP_ROW: Final = "one line: an INVITE, ACK or BYE"


def _refused(name: str, origin: str, mark: Mark, instead: str = _NOT_YET) -> Format:
    return Format(name, None, origin, instead, mark)


_BYTES: Final = (
    _refused("SQLite database", "vendor", starts(b"SQLite format 3\0"), _AS_CSV),
    _refused("spreadsheet, or zip inside gzip", "vendor", starts(b"PK\x03\x04"),
             "export it as CSV, or pack it once"),
    _refused("Parquet file", "standard", starts(b"PAR1"), "only decks come as Parquet"),
    Format("RAP return batch", "rap_in", "standard", "one return detail",
           starts(b"\x7f\x84\x16")),
    Format("RAP acknowledgement", "rap_in", "standard", "none: a heading",
           starts(b"\x7f\x84\x17")),
    Format(TADIG_CODES, "reference", "vendor", "one line: a code",
           Mark("bytes", "first line has two NULs, enum between them",
                lambda data: _TADIG_LINE.match(data) is not None)),
    _refused("gzip inside gzip", "standard", starts(b"\x1f\x8b"), "pack it once"),
    Format(CHARGING_FILE, "cdr3gpp", "standard", "one charging record",
           Mark("bytes", "first 4 bytes are the size of the file, or its header fits",
                _is_charging_file)),
    Format(CHARGING_RECORDS, "cdr3gpp", "standard", "one charging record",
           Mark("bytes", "first byte a0 to bf", lambda data: data[:1] in _CONTEXT_CONSTRUCTED)),
    _refused("BER of a vendor, not TS 32.298", "vendor",
             Mark("bytes", "first byte 31, in it a context tag",
                  lambda data: _VENDOR_SET.match(data) is not None),
             "describe it by a profile in profiles/ber/"),
    Format(_NRTRDE, "nrtrde_in", "standard", _CALL_EVENT,
           tagged(_NRTRDE, "first tag 61, in it 5f 29")),
    Format(_TRANSFER, "tap_in", "standard", _CALL_EVENT,
           tagged(_TRANSFER, "first tag 61, in it another")),
    Format(_NOTIFICATION, "tap_in", "standard", "none: a heading",
           tagged(_NOTIFICATION, "first tag 62")),
    _refused(_OTHER_BER, "standard", tagged(_OTHER_BER, "first tag 60 to 7e, as long as the file")),
)  # fmt: skip
_XML: Final = (
    Format("TS 32.435 measCollecFile", "pm", "standard", _COUNTER, root("measCollecFile")),
    Format("TS 28.532 measDataFile", "pm", "standard", _COUNTER, root("measDataFile")),
    Format("TS 32.401 mdc", "pm", "standard", _COUNTER, root("mdc")),
    _refused("Nokia OMeS", "vendor", root("OMeS")),
    _refused("TS 32.615 bulk configuration", "standard", root("bulkCmConfigDataFile")),
    Format("FreeSWITCH XML", "switch_freeswitch", "vendor", f"one document: {_LEG}", root("cdr")),
)
_JSON: Final = (
    Format(DATABASE_ROWS, "tmf", "own", "one row",
           Mark("json", 'JSON lines, the first with the key "trunkline-rows"',
                lambda data: data.startswith(DATABASE_MARK))),
    Format(VES_COUNTERS, "pm", "standard", _COUNTER, key("perf3gppFields")),
    Format("FreeSWITCH JSON", "switch_freeswitch", "vendor", f"one document: {_LEG}",
           key("core-uuid")),
    _refused("TS 32.291 charging data JSON", "standard", key("multipleUnitUsage")),
    Format(NETWORK_LIST, "reference", "vendor", _NETWORK,
           Mark("json", 'JSON list, its first object has the keys "mcc" and "mnc"',
                openings.is_network_list)),
    Format("TM Forum JSON", "tmf", "standard", "one resource, event or patch operation",
           Mark("json", "any other JSON", lambda _: True)),
)  # fmt: skip
_TEXT: Final = (
    Format("trunkline-cdr", "mediation", "own", "one data line",
           line("#trunkline-cdr first", lambda found: found.first.startswith("#trunkline-cdr"))),
    _refused("TS 32.436 ASN.1 value notation", "standard",
             line("::= in 2000 characters", lambda found: "::=" in found.text[:2000])),
    _refused("SQL dump", "vendor", line("begins as a database's dump", openings.is_sql_dump),
             _AS_CSV),
    Format("partner statement", "partner", "own", "one line of the statement",
           line("heading with statement_no, partner_id, period_start, amount",
                lambda found: found.columns >= openings.STATEMENT_COLUMNS)),
    Format("payment list", "payments", "own", "one payment",
           line("heading with payment_id, account_id, paid_at, amount",
                lambda found: found.columns >= openings.PAYMENT_COLUMNS)),
    Format(NETWORK_TABLE, "reference", "vendor", _NETWORK,
           line("heading with MCC, MNC, Country, Network",
                lambda found: found.columns >= openings.NETWORK_COLUMNS)),
    Format(_SDR_BASKET, "reference", "own", "the amount of one currency from one day",
           line("heading with currency, amount_per_sdr, effective_from",
                lambda found: openings.reference_table(found.columns) == "sdr_basket")),
    Format(_REGULATED_RATES, "reference", "own", "one rate; valid_to is its last day",
           line("heading with instrument, service, valid_to, amount_eur, unit",
                lambda found: openings.reference_table(found.columns) == "regulated_rates")),
    Format("reference table", "reference", "own", "one row",
           line("heading of a reference table",
                lambda found: openings.reference_table(found.columns) is not None)),
    Format("Cisco CUCM CDR", "switch_cucm", "vendor", f"one line: {_LEG}",
           line("names of its call columns, or over 100 SQL types", openings.is_cucm_cdr)),
    Format("Cisco CUCM CMR", "switch_cucm", "vendor", "one line: the voice quality of a leg",
           line("names of its measures, or 20 to 100 SQL types", openings.is_cucm_cmr)),
    Format("Ribbon SBC accounting", "switch_ribbon", "vendor", "one line: START, ATTEMPT or STOP",
           line("such a type first and MM/DD/YYYY sixth, or Sonus' heading", openings.is_ribbon)),
    Format("SIP flatstore", "switch_opensips", "vendor", _SIP_ROW,
           line("fields between |: SIP method first, status fifth", openings.is_flatstore)),
    Format("acc table export", "switch_opensips", "vendor", _SIP_ROW,
           line("SIP method second, status sixth, or such a heading", openings.is_acc)),
    Format("FreeSWITCH CSV", "switch_freeswitch", "vendor", f"one line: {_LEG}",
           line("15 fields: cause by name tenth, UUID eleventh", openings.is_freeswitch)),
    Format("Asterisk CSV", "switch_asterisk", "vendor", f"one line: {_LEG}",
           line("16 to 20 fields, one such as ANSWERED", openings.is_asterisk)),
)  # fmt: skip
_DECKS: Final = tuple(
    Format(
        name, "decks", "own", "one price", Mark("folder", "lies in inbox/decks/", lambda _: False)
    )
    for name in ("rate deck CSV", "rate deck Parquet", "rate deck spreadsheet")
)
# Of each kind the first mark that fits decides. Bytes come first; then a `<` or a brace tells what
# the file is asked.
FORMATS: Final[tuple[Format, ...]] = (*_BYTES, *_XML, *_JSON, *_TEXT, *_DECKS)

BY_PROFILE: Final = Format(
    "CSV by profile",
    "mediation",
    "vendor",
    "one data line",
    Mark("profile", "first data line fits a profile of profiles/cdr/", lambda _: False),
)
# Asked before the profiles of calls: names of columns tell more than the shape of a line.
TRACE_BY_PROFILE: Final = Format(
    "field trace by profile",
    "field_trace",
    "vendor",
    "one line: what a phone measured in a second",
    Mark("profile", "heading has the names of a profile of profiles/traces/", lambda _: False),
)
# Asked before all others: a vendor's octets may look like those of a standard.
BER_BY_PROFILE: Final = Format(
    "BER by profile",
    "cdr3gpp",
    "vendor",
    "one record",
    Mark("profile", "first bytes fit a profile of profiles/ber/", lambda _: False),
)


def read_formats() -> dict[str, frozenset[str]]:
    """Return which formats each feed takes."""
    found: dict[str, set[str]] = {}
    for item in (*FORMATS, TRACE_BY_PROFILE, BY_PROFILE, BER_BY_PROFILE):
        if item.feed is not None:
            found.setdefault(item.feed, set()).add(item.name)
    return {feed: frozenset(names) for feed, names in found.items()}


def list_formats(home: Home) -> list[Format]:
    """Return every format, in the order in which it is looked for, and those of profiles.

    Raises:
        LandingError: a profile of the deployment cannot be read.
    """
    taught = Taught.of(home)
    ber = [
        _of_profile(BER_BY_PROFILE, profile.name, f"first bytes {profile.first_bytes.words}")
        for profile in taught.ber
    ]
    csv = [
        _of_profile(BY_PROFILE, profile.name, f"first data line fits {profile.first_line}")
        for profile in taught.csv
    ]
    traces = [
        _of_profile(TRACE_BY_PROFILE, profile.name, f"heading with {', '.join(profile.told_by)}")
        for profile in taught.traces
    ]
    return [*(ber or [BER_BY_PROFILE]), *FORMATS, *traces, *(csv or [BY_PROFILE])]


def _of_profile(kind: Format, name: str, words: str) -> Format:
    mark = replace(kind.mark, words=words)
    return replace(kind, name=f"{kind.name} {name}", mark=mark)
