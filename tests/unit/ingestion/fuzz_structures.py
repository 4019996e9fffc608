"""Made-up files that keep a format's grammar: names and shapes it knows around values it does not.

What belongs here: Hypothesis strategies of whole files, by the name of a seed of fuzz_files.
"""

from __future__ import annotations

import json
from typing import Any

import roaming_files as roaming
from hypothesis import strategies as st
from landing_files import HEADING, mediation
from roaming_files import Raw, el
from switch_lines import ASTERISK_CSV, CUCM_CDR, file_of
from test_published import TABLE

from ingestion.readers.nrtrde_tags import NRTRDE_TAGS
from ingestion.readers.tap_tags import RAP_TAGS
from tests.charging import encoding

_ODD = st.sampled_from([
    "", " ", "0", "-1", "1e5", "9" * 25, "NaN", "2026-03-02T10:00:00+01:00", "2026-13-41",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999Z", "1772442000", "999601234567",
    "+999601234567", "=cmd|1", "sip:a@b", "\u202e", "answered", "voice", "moc", "active",
])  # fmt: skip
_TEXT = st.one_of(_ODD, st.text(max_size=12))
_CELL = st.one_of(_ODD, st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=12))


def _line(width: int) -> st.SearchStrategy[str]:
    return st.lists(_CELL, min_size=width - 1, max_size=width + 1).map(",".join)


def _csv(width: int) -> st.SearchStrategy[bytes]:
    return st.lists(_line(width), min_size=1, max_size=4).map(
        lambda rows: ("\n".join(rows) + "\n").encode("utf-8", "surrogatepass")
    )


def _mediation() -> st.SearchStrategy[bytes]:
    rows = st.lists(_line(HEADING.count(",") + 1), max_size=4)
    return st.tuples(rows, st.integers(1, 10**6)).map(
        lambda made: mediation(*made[0], sequence=made[1])
    )


_LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), _TEXT,
    st.sampled_from(["\ud800", "\0"]),
)  # fmt: skip


def _json(*names: str) -> st.SearchStrategy[Any]:
    """Return JSON values whose objects have the given keys more often than others."""
    key = st.one_of(st.sampled_from(names), st.sampled_from(names), st.text(max_size=4))
    return st.recursive(
        _LEAF,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(key, inner, max_size=6)
        ),
        max_leaves=12,
    )


def _document(must: dict[str, Any], *names: str) -> st.SearchStrategy[bytes]:
    value = _json(*names)
    more = st.dictionaries(st.sampled_from(names), value, max_size=6)
    return st.builds(lambda found: json.dumps(must | found).encode(), more)


_XML_TEXT = st.text(st.characters(codec="ascii", exclude_characters="<&\0"), max_size=8)


def _xml(root: str, head: str, *names: str) -> st.SearchStrategy[bytes]:
    attribute = st.tuples(
        st.sampled_from(["p", "duration", "endTime", "measObjLdn", "localDn", "profile_index"]),
        st.sampled_from(["1", "", "x", "PT900S", "PT99999999999S", "2026-03-02T01:00:00Z", "-5"]),
    )

    def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.tuples(
            st.sampled_from(names), st.lists(attribute, max_size=3, unique_by=lambda a: a[0]),
            st.lists(inner, max_size=4),
        ).map(
            lambda m: f"<{m[0]}{''.join(f' {n}={chr(34)}{v}{chr(34)}' for n, v in m[1])}>"
            f"{''.join(m[2])}</{m[0]}>"
        )  # fmt: skip

    tree = st.recursive(_XML_TEXT, element, max_leaves=15)
    return st.lists(tree, max_size=4).map(
        lambda parts: f"<{root}>{head}{''.join(parts)}</{root}>".encode()
    )


def _ber(tags: dict[int, Any]) -> st.SearchStrategy[bytes]:
    tag = st.one_of(st.sampled_from(sorted(t for t in tags if t > 0)), st.integers(1, 2_000))
    leaf = st.builds(lambda t, v: el(t, Raw(v)), tag, st.binary(max_size=9))
    return st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda t, parts, i: el(t, *parts, indefinite=i),
            tag, st.lists(inner, min_size=1, max_size=4), st.booleans(),
        ),
        max_leaves=12,
    )  # fmt: skip


def _tap() -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda events, n: roaming.tap(*events, head=roaming.control(sequence=f"{n:05}")),
        st.lists(_ber(RAP_TAGS), max_size=3), st.integers(1, 99_999),
    )  # fmt: skip


def _charging() -> st.SearchStrategy[bytes]:
    leaf = st.builds(encoding.plain, st.integers(0, 90), st.binary(max_size=9))
    tree = st.recursive(
        leaf,
        lambda inner: st.builds(
            lambda n, parts, i: (encoding.indefinite if i else encoding.holding)(n, *parts),
            st.integers(0, 90), st.lists(inner, max_size=4), st.booleans(),
        ),
        max_leaves=12,
    )  # fmt: skip
    record = st.builds(
        lambda n, parts: encoding.holding(n, *parts),
        st.sampled_from([0, 1, 6, 7, 20, 78, 79, 21]), st.lists(tree, max_size=6),
    )  # fmt: skip
    return st.builds(
        lambda records, n: encoding.file_297(records, sequence_no=n),
        st.lists(record, max_size=4), st.integers(1, 10**6),
    )  # fmt: skip


_TMF = ("id", "@type", "status", "state", "startDate", "productOffering", "relatedParty",
        "productCharacteristic", "billingAccount", "name", "value", "role", "account", "event",
        "eventId", "eventTime", "eventType", "product", "patch", "target", "op", "path",
        "productOrderItem", "engagedParty", "characteristic")  # fmt: skip
_VES = ("commonEventHeader", "perf3gppFields", "measDataCollection", "measInfoList", "measTypes",
        "sMeasTypesList", "measValuesList", "measResults", "sValue", "p", "granularityPeriod",
        "lastEpochMicrosec", "eventList", "measuredEntityDn", "suspectFlag")  # fmt: skip
_FS = ("variables", "callflow", "caller_profile", "profile_index", "switchname", "direction",
       "start_epoch", "end_epoch", "duration", "uuid", "destination_number")  # fmt: skip
_NETWORK = ("mcc", "mnc", "countryName", "countryCode", "brand", "operator", "status", "notes")

STRUCTURES: dict[str, st.SearchStrategy[bytes]] = {
    "mediation": _mediation(),
    "asterisk csv": _csv(len(ASTERISK_CSV)),
    "cucm": _line(len(CUCM_CDR)).map(lambda row: file_of(",".join(CUCM_CDR), row)),
    "freeswitch json": _document({"core-uuid": "c"}, *_FS),
    "freeswitch xml": _xml("cdr", "", "variables", "callflow", "caller_profile", "uuid", "a"),
    "pm": _xml("measCollecFile", "<fileHeader/>", "measData", "measInfo", "measValue", "r",
               "measTypes", "measType", "granPeriod", "managedElement"),
    "ves": _document({"event": {"perf3gppFields": {}}}, *_VES),
    "tmf": _document({"id": "1"}, *_TMF),
    "network list": st.lists(
        st.one_of(st.dictionaries(st.sampled_from(_NETWORK), _LEAF), _json(*_NETWORK)), max_size=4,
    ).map(lambda items: json.dumps([{"mcc": "901", "mnc": "01"}, *items]).encode()),
    "network table": _csv(8).map(lambda rows: TABLE.encode() + rows),
    "tap": _tap(),
    "rap": st.builds(lambda returns: roaming.rap(*returns), st.lists(_ber(RAP_TAGS), max_size=3)),
    "nrtrde": st.builds(
        lambda events: roaming.nrtrde(*events), st.lists(_ber(NRTRDE_TAGS), max_size=3)),
    "charging file": _charging(),
}  # fmt: skip
