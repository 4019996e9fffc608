"""Which tag of which record is which of our fields (3GPP TS 32.298, release 16).

What belongs here: tag numbers and names as facts of the standard. Walking bytes does not.

Clauses of TS 32.298: 5.1.2.1.1 MO call, 5.1.2.1.5 SMS MO, 5.1.2.1.6 SMS MT, 5.1.2.1.2 MT call,
5.1.2.2 SGW and PGW, 5.1.2.3 and 5.1.3.1 IMS, 5.1.4.6 SMS service centre; 5.2 the ASN.1 modules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

SEQUENCE: Final = -16  # universal tags, written negative so that context tags stay plain numbers
SET: Final = -17

# A tag leads to a field, or into a constructed value.
Tree: TypeAlias = Mapping[int, "str | Tree"]

# How the octets of a field read; see values.py.
KINDS: Final[dict[str, str]] = {
    "imsi": "tbcd", "imei": "tbcd", "private_id": "text",
    "a_address": "address", "b_address": "address", "b_sms": "sms_address",
    "a_sip": "text", "a_tel": "text", "b_sip": "text", "b_tel": "text",
    "a_text": "text", "b_text": "text",
    "node_name": "text", "node_address": "address", "node_ip": "hex",
    "charging_id": "integer", "call_reference": "hex", "session_id": "text",
    "sequence_no": "integer", "cause": "integer", "diagnostics": "integer",
    "role": "integer", "method": "text",
    "opened": "time", "seized": "time", "answered": "time", "released": "time", "closed": "time",
    "duration": "integer",
    "serving_plmn": "plmn", "gateway_plmn": "plmn", "location": "location",
    "area_code": "unsigned", "cell_code": "unsigned", "cell_plmn": "plmn",
    "access_point": "text", "rat_type": "integer", "time_zone": "hex",
    "trunk_in_no": "integer", "trunk_in_name": "text",
    "trunk_out_no": "integer", "trunk_out_name": "text",
}  # fmt: skip
# Fields that a record may hold many times: their integers are summed, or compared.
SUMMED: Final = ("traffic_up", "traffic_down", "service_up", "service_down")
COMPARED: Final = "rating_group"


@dataclass(frozen=True)
class RecordType:
    """One type of record: what it says about usage, and its fields by tag.

    `known` are the numbers of all context tags of the type; a tag outside goes to `extra`.
    """

    name: str
    record_type: str
    service_type: str
    direction: str
    tree: Tree
    known: frozenset[int]


def _known(*spans: int | tuple[int, int]) -> frozenset[int]:
    found: set[int] = set()
    for span in spans:
        first, last = (span, span) if isinstance(span, int) else span
        found.update(range(first, last + 1))
    return frozenset(found)


_GATEWAY: Final[Tree] = {
    3: "imsi", 4: {0: "node_ip", 1: "node_ip"}, 5: "charging_id", 7: "access_point",
    12: {SEQUENCE: {3: "traffic_up", 4: "traffic_down"}},
    13: "opened", 14: "duration", 15: "cause", 16: {0: "diagnostics", 2: "diagnostics"},
    17: "sequence_no", 18: "node_name", 22: "a_address", 27: "serving_plmn", 29: "imei",
    30: "rat_type", 31: "time_zone", 32: "location", 37: "gateway_plmn",
}  # fmt: skip
_PLACE: Final[Tree] = {0: "area_code", 1: "cell_code", 2: "cell_plmn"}
_TRUNK_IN: Final[Tree] = {0: "trunk_in_no", 1: "trunk_in_name"}
_TRUNK_OUT: Final[Tree] = {0: "trunk_out_no", 1: "trunk_out_name"}
_CAUSE: Final[Tree] = {0: "diagnostics", 2: "diagnostics"}
_CALLING_URI: Final[Tree] = {0: "a_sip", 1: "a_tel"}
_IMS: Final[Tree] = {
    2: "method", 3: "role", 4: {0: {0: "node_ip", 1: "node_ip"}, 1: "node_name"},
    5: "session_id", 6: _CALLING_URI, 7: {0: "b_sip", 1: "b_tel"}, 8: "private_id",
    9: "seized", 10: "answered", 11: "released", 12: "opened", 13: "closed",
    16: "sequence_no", 17: "cause", 19: "call_reference", 47: "location", 48: "time_zone",
}  # fmt: skip
_ORIGINATOR: Final[Tree] = {1: "a_address", 2: {1: "a_text"}, 4: {1: "a_text"}}
_RECIPIENT: Final[Tree] = {1: "b_address", 2: {1: "b_text"}, 4: {1: "b_text"}}

# By the number of the context tag that opens the record.
RECORD_TYPES: Final[dict[int, RecordType]] = {
    0: RecordType("moCallRecord", "moc", "voice", "out", {
        1: "imsi", 2: "imei", 3: "a_address", 5: "b_address", 9: "node_address",
        10: _TRUNK_IN, 11: _TRUNK_OUT, 12: _PLACE, 22: "seized", 23: "answered", 24: "released",
        25: "duration", 30: "cause", 31: _CAUSE, 32: "call_reference", 33: "sequence_no",
    }, _known((0, 77))),
    1: RecordType("mtCallRecord", "mtc", "voice", "in", {
        1: "imsi", 2: "imei", 3: "b_address", 4: "a_address", 6: "node_address",
        7: _TRUNK_IN, 8: _TRUNK_OUT, 9: _PLACE, 19: "seized", 20: "answered", 21: "released",
        22: "duration", 27: "cause", 28: _CAUSE, 29: "call_reference", 30: "sequence_no",
    }, _known((0, 61))),
    6: RecordType("moSMSRecord", "sms_mo", "sms", "out", {
        1: "imsi", 2: "imei", 3: "a_address", 6: "node_address", 7: _PLACE,
        8: "call_reference", 9: "opened", 10: _CAUSE, 12: "b_sms",
    }, _known((0, 15))),
    7: RecordType("mtSMSRecord", "sms_mt", "sms", "in", {
        2: "imsi", 3: "imei", 4: "b_address", 6: "node_address", 7: _PLACE,
        8: "opened", 9: _CAUSE,
    }, _known((0, 13))),
    63: RecordType("sCSCFRecord", "moc", "voice", "out", _IMS, _known(
        (0, 19), (21, 44), (46, 48), (51, 60), (62, 65))),
    69: RecordType("aSRecord", "moc", "voice", "out", _IMS, _known(
        (0, 19), (21, 48), (51, 60), (62, 64), (100, 106), (109, 113))),
    78: RecordType("sGWRecord", "data", "data", "out", _GATEWAY, _known(
        0, (3, 9), (11, 25), 27, (29, 32), (34, 44), (47, 57), (59, 64))),
    79: RecordType("pGWRecord", "data", "data", "out", {
        **_GATEWAY,
        34: {SEQUENCE: {1: "rating_group", 12: "service_up", 13: "service_down"}},
    }, _known(0, (3, 9), (11, 25), (27, 47), (49, 62), (64, 73))),
    93: RecordType("sCSMORecord", "sms_mo", "sms", "out", {
        1: "node_address", 2: {0: "imsi", **_ORIGINATOR}, 3: {SEQUENCE: _RECIPIENT}, 4: "imei",
        5: "opened", 6: "call_reference", 16: "location", 17: "rat_type", 18: "time_zone",
        19: _CAUSE,
    }, _known((0, 19), 22, 23)),
    94: RecordType("sCSMTRecord", "sms_mt", "sms", "in", {
        1: "node_address", 2: {0: "imsi", **_RECIPIENT}, 3: _ORIGINATOR, 4: "imei",
        6: "opened", 8: "call_reference", 20: "location", 21: "rat_type", 22: "time_zone",
        23: _CAUSE,
    }, _known((0, 23), (25, 27))),
}  # fmt: skip

# causeForRecClosing and causeForTerm (TS 32.298, 5.1.2.1.9 and 5.1.2.2.9); what is not listed is no
# cause we know.
CLOSING_CAUSES: Final[dict[int, str]] = {
    0: "normal", 3: "normal", 5: "normal",
    1: "partial_other", 2: "partial_other", 16: "partial_volume", 17: "partial_time",
    **dict.fromkeys(range(18, 28), "partial_other"),
    **dict.fromkeys((4, 52, 53, 54, 58, 59), "abnormal"),
}  # fmt: skip
# causeForRecordClosing of IMS (TS 32.298, 5.1.3.1.9).
IMS_CLOSING_CAUSES: Final[dict[int, str]] = {
    0: "normal", 1: "abnormal", 3: "partial_time", 4: "partial_other", 5: "partial_other",
}  # fmt: skip
IMS_TYPES: Final = (63, 69)
