"""What pycrate decodes from a record, as the text our reader should give: value by value, slowly.

What belongs here: names of the standard's fields, plain Python. No tag numbers, so that a wrong one
in the reader's table shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

Value = Any

_GATEWAY = {
    "imsi": "servedIMSI", "imei": "servedIMEI", "a_address": "servedMSISDN",
    "charging_id": "chargingID", "access_point": "accessPointNameNI",
    "opened": "recordOpeningTime", "duration": "duration", "cause": "causeForRecClosing",
    "sequence_no": "recordSequenceNumber", "node_name": "nodeID",
    "serving_plmn": "servingNodePLMNIdentifier", "gateway_plmn": "p-GWPLMNIdentifier",
    "rat_type": "rATType", "time_zone": "mSTimeZone", "location": "userLocationInformation",
}  # fmt: skip
_CALL = {
    "imsi": "servedIMSI", "imei": "servedIMEI", "node_address": "recordingEntity",
    "seized": "seizureTime", "answered": "answerTime", "released": "releaseTime",
    "duration": "callDuration", "cause": "causeForTerm", "call_reference": "callReference",
    "sequence_no": "sequenceNumber",
}  # fmt: skip
_IMS = {
    "method": "sIP-Method", "session_id": "session-Id", "private_id": "privateUserID",
    "seized": "serviceRequestTimeStamp", "answered": "serviceDeliveryStartTimeStamp",
    "released": "serviceDeliveryEndTimeStamp", "opened": "recordOpeningTime",
    "closed": "recordClosureTime", "sequence_no": "recordSequenceNumber",
    "call_reference": "iMS-Charging-Identifier", "location": "userLocationInformation",
    "time_zone": "mSTimeZone",
}  # fmt: skip
_CENTRE = {
    "node_address": "sMSNodeAddress", "imei": "servedIMEI", "opened": "eventtimestamp",
    "call_reference": "messageReference", "location": "userLocationInfo", "rat_type": "rATType",
    "time_zone": "uETimeZone",
}  # fmt: skip
_NAMES: dict[str, dict[str, str]] = {
    "sGWRecord": _GATEWAY,
    "pGWRecord": _GATEWAY,
    "moCallRecord": {**_CALL, "a_address": "servedMSISDN", "b_address": "calledNumber"},
    "mtCallRecord": {**_CALL, "a_address": "callingNumber", "b_address": "servedMSISDN"},
    "moSMSRecord": {
        "imsi": "servedIMSI", "imei": "servedIMEI", "a_address": "servedMSISDN",
        "node_address": "recordingEntity", "call_reference": "messageReference",
        "opened": "originationTime", "b_sms": "destinationNumber",
    },
    "mtSMSRecord": {
        "imsi": "servedIMSI", "imei": "servedIMEI", "b_address": "servedMSISDN",
        "node_address": "recordingEntity", "opened": "deliveryTime",
    },
    "sCSCFRecord": _IMS,
    "aSRecord": _IMS,
    "sCSMORecord": _CENTRE,
    "sCSMTRecord": _CENTRE,
}  # fmt: skip
TAGS = {
    "moCallRecord": 0, "mtCallRecord": 1, "moSMSRecord": 6, "mtSMSRecord": 7, "sCSCFRecord": 63,
    "aSRecord": 69, "sGWRecord": 78, "pGWRecord": 79, "sCSMORecord": 93, "sCSMTRecord": 94,
}  # fmt: skip
_ROLES = {"originating": 0, "terminating": 1}


@cache
def _choice(module: str, name: str) -> Any:
    from pycrate_asn1dir import CDR

    return getattr(getattr(CDR, module), name)


def grammar(name: str) -> Any:
    """Return pycrate's object that decodes records of a type."""
    if name in ("sGWRecord", "pGWRecord"):
        return _choice("GPRSChargingDataTypes", "GPRSRecord")
    if name in ("sCSCFRecord", "aSRecord"):
        return _choice("IMSChargingDataTypes", "IMSRecord")
    if name in ("sCSMORecord", "sCSMTRecord"):
        return _choice("SMSChargingDataTypes", "SMSRecordType")
    return _choice("CSChargingDataTypes", "CSRecord")


def name_of(record: bytes) -> str:
    """Return the type of a record by its tag."""
    number = record[1] if record[0] & 31 == 31 else record[0] & 31
    return next(name for name, known in TAGS.items() if known == number)


def decode(record: bytes) -> dict[str, Value]:
    """Return pycrate's values of a record, by the names of the standard."""
    choice = grammar(name_of(record))
    choice.from_ber(record)
    return choice.get_val()[1]


def _digits(value: bytes) -> str:
    letters = "0123456789*#abcf"
    return "".join(letters[o & 15] + letters[o >> 4] for o in value).rstrip("f")


def _time(value: bytes) -> str:
    year, month, day, hour, minute, second, _, *zone = (f"{octet:02x}" for octet in value)
    offset = chr(value[6]) + ":".join(zone)
    return f"20{year}-{month}-{day}T{hour}:{minute}:{second}{offset}"


def _plmn(value: bytes) -> str:
    h = value.hex()
    return (h[1] + h[0] + h[3] + h[5] + h[4] + h[2]).rstrip("f")


def _number(value: bytes) -> dict[str, Value]:
    skip = 1 if value[0] & 128 or len(value) == 1 else 2
    return {"": _digits(value[skip:]), "_type": value[0] >> 4 & 7}


def _sms_number(value: bytes) -> dict[str, Value]:
    return _number(value if value[0] & 128 else value[1:])


def _location(value: bytes) -> dict[str, Value]:
    flags, rest, parts = value[0], value[1:], {}
    for name, flag, size in (("cgi", 1, 7), ("tai", 8, 5), ("ecgi", 16, 7)):
        if flags & flag:
            parts[name], rest = rest[:size], rest[size:]
    if "ecgi" in parts:
        cell = int.from_bytes(parts["ecgi"][3:], "big") & 0xFFFFFFF
        return {"_plmn": _plmn(parts["ecgi"][:3]), "_cell": str(cell)}
    if "cgi" in parts:
        area, cell = (int.from_bytes(parts["cgi"][at : at + 2], "big") for at in (3, 5))
        return {"_plmn": _plmn(parts["cgi"][:3]), "_area": str(area), "_cell": str(cell)}
    return {}


def _one(read: Callable[[Value], Value]) -> Callable[[Value], dict[str, Value]]:
    return lambda value: {"": read(value)}


_READ: dict[str, Callable[[Value], dict[str, Value]]] = {
    **dict.fromkeys(("imsi", "imei"), _one(_digits)),
    **dict.fromkeys(("a_address", "b_address", "node_address"), _number),
    **dict.fromkeys(("opened", "seized", "answered", "released", "closed"), _one(_time)),
    **dict.fromkeys(("serving_plmn", "gateway_plmn", "cell_plmn"), _one(_plmn)),
    **dict.fromkeys(("call_reference", "time_zone"), _one(bytes.hex)),
    "b_sms": _sms_number,
    "location": _location,
}  # fmt: skip


def expected(record: bytes) -> dict[str, Value]:
    """Return the fields of a record as the reader should give them; absent ones are left out."""
    name = name_of(record)
    value = decode(record)
    found: dict[str, Value] = {"kind": TAGS[name]}
    for ours, theirs in _NAMES[name].items():
        if theirs in value:
            for suffix, text in _READ.get(ours, _one(str))(value[theirs]).items():
                found[ours + suffix] = text
    _nested(name, value, found)
    return {key: text for key, text in found.items() if text is not None}


def _nested(name: str, value: dict[str, Value], found: dict[str, Value]) -> None:
    if name in ("sGWRecord", "pGWRecord"):
        address = value.get("s-GWAddress") or value["p-GWAddress"]
        found["node_ip"] = address[1][1].hex()
        _sums(value.get("listOfTrafficVolumes"), "dataVolumeGPRS{}link", "traffic", found)
        services = value.get("listOfServiceData")
        _sums(services, "datavolumeFBC{}link", "service", found)
        groups = {one["ratingGroup"] for one in services or ()}
        found["rating_group"] = str(groups.pop()) if len(groups) == 1 else None
    for key in ("diagnostics", "smsResult", "sMSResult"):
        if isinstance(value.get(key, ("", None))[1], int):
            found["diagnostics"] = str(value[key][1])
    for side, key in (("in", "mscIncomingTKGP"), ("out", "mscOutgoingTKGP")):
        if key in value:
            form, text = value[key]
            found[f"trunk_{side}_{'no' if form == 'tkgpNumber' else 'name'}"] = str(text)
    if "location" in value:
        place = value["location"]
        found["area_code"] = str(int.from_bytes(place["locationAreaCode"], "big"))
        found["cell_code"] = str(int.from_bytes(place["cellId"], "big"))
        found["cell_plmn"] = _plmn(place["mCC-MNC"]) if "mCC-MNC" in place else None
    if name in ("sCSCFRecord", "aSRecord"):
        _ims(value, found)
    if name in ("sCSMORecord", "sCSMTRecord"):
        _centre(value, found)


def _sums(items: list[Value] | None, key: str, ours: str, found: dict[str, Value]) -> None:
    for theirs, way in (("Up", "up"), ("Down", "down")):
        parts = [one[key.format(theirs)] for one in items or () if key.format(theirs) in one]
        found[f"{ours}_{way}"] = str(sum(parts)) if parts else None


def _ims(value: dict[str, Value], found: dict[str, Value]) -> None:
    if "role-of-Node" in value:
        found["role"] = str(_ROLES[value["role-of-Node"]])
    if "causeForRecordClosing" in value:
        number = {"serviceDeliveryEndSuccessfully": 0, "timeLimit": 3}
        found["cause"] = str(number[value["causeForRecordClosing"]])
    if "nodeAddress" in value:
        form, address = value["nodeAddress"]
        if form == "domainName":
            found["node_name"] = address
        else:
            found["node_ip"] = address[1][1].hex()
    parties = [("a", one) for one in value.get("list-Of-Calling-Party-Address", ())]
    parties += [("b", value["called-Party-Address"])] if "called-Party-Address" in value else []
    for side, (form, uri) in parties:
        found.setdefault(f"{side}_{'sip' if form == 'sIP-URI' else 'tel'}", uri)


def _centre(value: dict[str, Value], found: dict[str, Value]) -> None:
    originator = value.get("originatorInfo", {})
    recipients = value.get("recipientInfo", [])
    recipients = recipients if isinstance(recipients, list) else [recipients]
    for info in (originator, *recipients):
        for key in ("originatorIMSI", "recipientIMSI"):
            if key in info:
                found.setdefault("imsi", _digits(info[key]))
    for side, infos, word in (("a", [originator], "originator"), ("b", recipients, "recipient")):
        for info in infos:
            if f"{word}MSISDN" in info and f"{side}_address" not in found:
                for suffix, text in _number(info[f"{word}MSISDN"]).items():
                    found[f"{side}_address{suffix}"] = text
            if f"{word}OtherAddress" in info:
                text = info[f"{word}OtherAddress"].get("sMAddressData")
                found.setdefault(f"{side}_text", text)
