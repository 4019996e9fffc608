"""The events of TAP files as records of the mediation contract, by another decoder than ours."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pycrate_asn1dir.TAP3 import TAP_0312

KINDS = {
    "mobileOriginatedCall": ("voice", "out"),
    "mobileTerminatedCall": ("voice", "in"),
    "gprsCall": ("data", "out"),
}
MESSAGES = {b"21", b"22"}


def tap_records(path: Path) -> list[dict[str, str]]:
    """Return the events of a file whose UTC offset the file itself knows."""
    TAP_0312.DataInterChange.from_ber(path.read_bytes())
    kind, batch = TAP_0312.DataInterChange.get_val()
    if kind != "transferBatch":
        return []
    offsets = {
        row["utcTimeOffsetCode"]: row["utcTimeOffset"].decode()
        for row in batch["networkInfo"]["utcTimeOffsetInfo"]
    }
    told = [_record(name, event, offsets) for name, event in batch["callEventDetails"]]
    return [record for record in told if record]


def _record(name: str, event: dict[str, Any], offsets: dict[int, str]) -> dict[str, str]:
    service, direction = KINDS[name]
    basic = event["gprsBasicCallInformation" if service == "data" else "basicCallInformation"]
    stamp = basic["callEventStartTimeStamp"]
    if stamp["utcTimeOffsetCode"] not in offsets:
        return {}
    at = stamp["localTimeStamp"].decode() + offsets[stamp["utcTimeOffsetCode"]]
    subscriber = basic.get("gprsChargeableSubscriber") or basic
    _, sim = subscriber["chargeableSubscriber"]
    used = event.get("gprsServiceUsed", {})
    if service == "voice" and _service_code(event) in MESSAGES:
        service = "sms"
    other = basic.get("destination", {}).get("calledNumber", b"")
    other = other or basic.get("callOriginator", {}).get("callingNumber", b"")
    ends = [_digits(sim["msisdn"]), _digits(other)]
    if direction == "in":
        ends.reverse()
    return {
        "feed": "tap_in",
        "service_type": service,
        "direction": direction,
        "a_number": ends[0],
        "b_number": ends[1],
        "b_number_type": "international",
        "imsi": _digits(sim["imsi"]),
        "started_at": datetime.strptime(at, "%Y%m%d%H%M%S%z").isoformat(),
        "duration_s": str(basic["totalCallEventDuration"]),
        "event_count": "1" if service == "sms" else "0",
        "bytes_up": str(used.get("dataVolumeOutgoing", 0)),
        "bytes_down": str(used.get("dataVolumeIncoming", 0)),
        "access_point": "",
    }


def _service_code(event: dict[str, Any]) -> bytes:
    _, code = event["basicServiceUsedList"][0]["basicService"]["serviceCode"]
    return code


def _digits(octets: bytes) -> str:
    return octets.hex().rstrip("f")
