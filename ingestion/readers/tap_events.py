"""One decoded TAP event as a usage record: who, when, where, how much.

What belongs here: which field of which kind of event becomes which column. Money does not.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ingestion import pseudonyms
from ingestion.readers.roaming_heading import offset_minutes
from ingestion.readers.roaming_partners import Networks, RoamingPartner
from ingestion.readers.tap_tables import CodeTables

_SMS: Final = ("21", "22")  # teleservices: short message mobile terminated, mobile originated
_INTERNATIONAL: Final = range(7, 100)  # digits; more than 15 are judged as bad_identifier
_CLOSINGS: Final = {
    1: "partial_other", 2: "partial_other", 4: "abnormal", 16: "partial_volume",
    17: "partial_time", 18: "partial_other", 19: "partial_other", 20: "partial_other",
}  # fmt: skip
_UNSUCCESSFUL: Final = 3
_PLMN: Final = re.compile(r"\d{5,6}")
_STAMP: Final = re.compile(r"\d{14}")
# Where the start of an event of each kind stands.
_STARTS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "moc": (("moc_basic", "started"),),
    "mtc": (("mtc_basic", "started"),),
    "gprs": (("gprs_basic", "started"),),
    "supplementary_service": (("supplementary_used", "charged_at"),),
    "service_centre": (("scu_times", "completed"), ("scu_times", "deposited")),
    "content": (("content_basic", "ordered"),),
    "location": (
        ("location_usage", "charged_at"),
        ("location_usage", "qos_requested", "requested"),
    ),
    "messaging": (("service_start",),),
    "mobile_session": (("service_start",),),
}  # fmt: skip
_SUBSCRIBERS: Final = (
    ("moc_basic", "subscriber", "sim"), ("mtc_basic", "subscriber", "sim"),
    ("gprs_basic", "gprs_subscriber", "subscriber", "sim"), ("subscriber", "sim"),
    ("scu_basic", "scu_subscriber", "gsm_subscriber"), ("charged_party",),
)  # fmt: skip
_EXTRA: Final = ("tele_service", "bearer_service", "supplementary_code", "cause", "partial_type")


@dataclass(frozen=True)
class Sender:
    """What holds for all events of one file."""

    code: str
    partner: RoamingPartner
    networks: Networks
    tables: CodeTables
    key: bytes


def at(event: dict[str, Any], *path: str) -> Any:
    """Return what lies at a path of names, or None."""
    value: Any = event
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def usage_of(
    kind: str, event: dict[str, Any], sender: Sender
) -> tuple[dict[str, str | None], str | None]:
    """Return the text columns of `cdr_sql` and the first thing wrong (`reason:column`).

    An event that is no usage of a network gets the service type `content` and no quantity.
    """
    started, problem = _started(kind, event, sender.tables)
    basic = event.get(f"{kind}_basic", {})
    duration = basic.get("duration_s", 0) if kind in ("moc", "mtc", "gprs") else 0
    subscriber = next((s for p in _SUBSCRIBERS if (s := at(event, *p)) is not None), {})
    entity, entity_problem = _entity(event, sender)
    service = _service(event)
    row: dict[str, str | None] = {
        "record_type": "content", "service_type": "content", "direction": "out",
        "node_id": f"{sender.code}/{entity}" if entity else sender.code,
        "record_sequence_no": "0", "closing_cause": _closing(basic),
        "imsi": subscriber.get("imsi"),
        "imei": at(event, "equipment", "imei") or at(event, "charged_party", "imei"),
        "home_plmn": sender.networks.home_plmn(subscriber.get("imsi")),
        "visited_plmn": sender.partner.visited_plmn or _serving(event),
        "started_at": started, "ended_at": ended_at(started, duration),
        "duration_s": str(duration), "ring_s": "0", "bytes_up": "0", "bytes_down": "0",
        "event_count": "0", "call_outcome": "answered",
        "cell_id": _cell(event),
    }  # fmt: skip
    row["a_number"], row["a_number_type"] = international(subscriber.get("msisdn"))
    if kind in ("moc", "mtc"):
        _call(row, kind, event, is_sms=service.get("tele_service") in _SMS)
    elif kind == "gprs":
        _session(row, event)
    if basic.get("cause") == _UNSUCCESSFUL:
        row["call_outcome"] = "failed"
    row["charging_ref"] = _reference(row, event, sender)
    row["extra"] = _extra(kind, {**basic, **service})
    return row, problem or entity_problem


def _call(row: dict[str, str | None], kind: str, event: dict[str, Any], *, is_sms: bool) -> None:
    row["record_type"] = f"sms_{kind[:2]}" if is_sms else kind
    row["service_type"] = "sms" if is_sms else "voice"
    row["event_count"] = "1" if is_sms else "0"
    own = row["a_number"], row["a_number_type"]
    if kind == "moc":
        to = at(event, "moc_basic", "destination") or {}
        called = to.get("called_number") or to.get("sms_destination")
        other = international(called) if called else dialled(to.get("dialled_digits"))
        row["b_number"], row["b_number_type"] = other
    else:
        by = at(event, "mtc_basic", "originator") or {}
        row["direction"] = "in"
        row["a_number"], row["a_number_type"] = international(
            by.get("calling_number") or by.get("sms_originator")
        )
        row["b_number"], row["b_number_type"] = own
    row["c_number"] = at(event, "third_party", "third_party_number")


def _session(row: dict[str, str | None], event: dict[str, Any]) -> None:
    row["record_type"] = row["service_type"] = "data"
    row["access_point"] = at(event, "gprs_basic", "gprs_destination", "access_point")
    # In and out as the handset sees them.
    row["bytes_down"] = str(at(event, "gprs_service", "volume_in") or 0)
    row["bytes_up"] = str(at(event, "gprs_service", "volume_out") or 0)


def international(number: str | None) -> tuple[str | None, str | None]:
    """Return a number that is written with its country code, and its type."""
    if not number:
        return None, None
    if not number.isdigit():
        return number, "alpha"
    return number, "international" if len(number) in _INTERNATIONAL else "short"


def dialled(digits: str | None) -> tuple[str | None, str | None]:
    """Return what was dialled, and its type: no country code may be guessed."""
    if not digits:
        return None, None
    if re.fullmatch(r"\+\d{7,}", digits):
        return digits, "international"
    return digits, "short" if re.fullmatch(r"[0-9*#]+", digits) else "alpha"


def _started(kind: str, event: dict[str, Any], tables: CodeTables) -> tuple[str | None, str | None]:
    stamp = next((s for p in _STARTS[kind] if (s := at(event, *p)) is not None), {})
    local, code = stamp.get("local_time"), stamp.get("offset_code")
    if local is None or code is None:
        return None, None
    if code not in tables.offsets:
        return None, "bad_code:utc_offset_code"
    return started_at(local, tables.offsets[code]), None


def started_at(local: str, offset: str | None) -> str:
    """Return local digits and an offset as ISO 8601, or a text that is no time."""
    if not _STAMP.fullmatch(local) or offset_minutes(offset) is None:
        return f"{local} {offset}"
    date, clock = f"{local[:4]}-{local[4:6]}-{local[6:8]}", local[8:]
    return f"{date}T{clock[:2]}:{clock[2:4]}:{clock[4:]}{offset}"


def ended_at(started: str | None, duration_s: int) -> str | None:
    """Return the end of an event: files carry its start and its duration."""
    if started is None:
        return None
    try:
        start = datetime.fromisoformat(started)
        return (start + timedelta(seconds=duration_s)).isoformat()
    except (ValueError, OverflowError):
        return started


def _entity(event: dict[str, Any], sender: Sender) -> tuple[str | None, str | None]:
    code = at(event, "location_information", "network_location", "entity_code")
    codes = at(event, "gprs_location", "gprs_network_location", "entity_codes")
    codes = [value for _, value in codes or event.get("entity_codes", ())]
    codes += [found for found in (code, event.get("entity_code")) if found is not None]
    if any(found not in sender.tables.entities for found in codes):
        return None, "bad_code:entity_code"
    return (sender.tables.entities[codes[0]][1] if codes else None), None


def _service(event: dict[str, Any]) -> dict[str, Any]:
    used = next((row for _, row in event.get("services_used", ()) if isinstance(row, dict)), {})
    return at(used, "basic_service", "service_code") or {}


def _serving(event: dict[str, Any]) -> str | None:
    places = ("location_information", "geography"), ("gprs_location", "geography"), ("geography",)
    named = next((s for p in places if (s := at(event, *p, "serving_network"))), "")
    return named if _PLMN.fullmatch(named) else None


def _cell(event: dict[str, Any]) -> str | None:
    place = (
        at(event, "location_information", "network_location")
        or at(event, "gprs_location", "gprs_network_location")
        or event
    )
    if place.get("cell_id") is None:
        return None
    return f"{place.get('location_area', '')}-{place['cell_id']}".lstrip("-")


def _closing(basic: dict[str, Any]) -> str:
    if basic.get("partial_type"):
        return "partial_other"
    return _CLOSINGS.get(basic.get("cause", 0), "normal")


def _reference(row: dict[str, str | None], event: dict[str, Any], sender: Sender) -> str:
    charging_id = at(event, "gprs_basic", "charging_id")
    given = (
        at(event, "location_information", "network_location", "call_reference")
        or event.get("event_reference")
        or (str(charging_id) if charging_id else None)
    )
    return given or stand_in_reference(row, sender.key)


def stand_in_reference(row: dict[str, str | None], key: bytes) -> str:
    """Return a reference for an event that carries none: the same event gives the same."""
    names = ("imsi", "a_number", "b_number", "started_at", "duration_s", "bytes_up", "bytes_down")
    told = "|".join(row.get(name) or "" for name in names)
    return "~" + pseudonyms.token(key, "event", told).partition(".")[2]


def _extra(kind: str, told: dict[str, Any]) -> str:
    kept = {"kind": kind} | {name: told[name] for name in _EXTRA if name in told}
    return json.dumps(kept, separators=(",", ":"))
