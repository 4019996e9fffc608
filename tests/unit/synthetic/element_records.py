"""Usage in the files of the second gateway and of the SIP proxy, by other readers than ours."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pycrate_asn1dir.CDR import GPRSChargingDataTypes

from .conftest import World

_ASN1 = GPRSChargingDataTypes.GPRSRecord


def gateway_records(path: Path) -> list[dict[str, Any]]:
    """Return the records of a TS 32.297 file as their ASN.1 names them."""
    data = path.read_bytes()
    assert int.from_bytes(data[:4], "big") == len(data)
    at, found = int.from_bytes(data[4:8], "big"), []
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        _ASN1.from_ber(data[at + 5 : at + 5 + size])
        kind, record = _ASN1.get_val()
        assert kind == "pGWRecord"
        assert _ASN1.to_ber() == data[at + 5 : at + 5 + size]
        found.append(record)
        at += 5 + size
    assert int.from_bytes(data[18:22], "big") == len(found)
    return found


def sessions_of(path: Path) -> list[dict[str, str]]:
    """Return the sessions of a gateway's file: the sums of their records that are there."""
    parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for record in gateway_records(path):
        parts[record["chargingID"]].append(record)
    return [_session(sorted(some, key=opened)) for some in parts.values()]


def _session(parts: list[dict[str, Any]]) -> dict[str, str]:
    first, used = parts[0], [one for part in parts for one in part["listOfServiceData"]]
    return _usage("data") | {
        "a_number": digits(first["servedMSISDN"][1:]),
        "imsi": digits(first["servedIMSI"]),
        "started_at": opened(first).isoformat(),
        "duration_s": str(sum(part["duration"] for part in parts)),
        "bytes_up": str(sum(one["datavolumeFBCUplink"] for one in used)),
        "bytes_down": str(sum(one["datavolumeFBCDownlink"] for one in used)),
        "access_point": first["accessPointNameNI"],
    }


def opened(record: dict[str, Any]) -> datetime:
    """Return when a record was opened."""
    octets = record["recordOpeningTime"]
    text = octets[:6].hex() + octets[6:7].decode() + octets[7:].hex()
    return datetime.strptime(text, "%y%m%d%H%M%S%z")


def digits(octets: bytes) -> str:
    """Return digits whose halves are swapped."""
    text = octets.hex()
    return "".join(text[at + 1] + text[at] for at in range(0, len(text), 2)).rstrip("f")


def calls_of(path: Path) -> list[dict[str, str]]:
    """Return the calls of an accounting file: an INVITE, and its BYE where it was answered."""
    rows = [line.split("|") for line in path.read_text(encoding="ascii").splitlines()]
    assert all(len(row) == 12 for row in rows)
    assert [int(row[6]) for row in rows] == sorted(int(row[6]) for row in rows)
    ends = {tuple(row[1:4]): int(row[6]) for row in rows if row[0] == "BYE"}
    calls = [row for row in rows if row[0] == "INVITE"]
    answered = [tuple(row[1:4]) for row in calls if row[4] == "200"]
    assert sorted(answered) == sorted(ends)
    return [
        _usage("voice")
        | {
            "a_number": row[8].removeprefix("+"),
            "b_number": row[9].removeprefix("+"),
            "started_at": datetime.fromtimestamp(int(row[6]), UTC).isoformat(),
            "duration_s": str(ends.get(tuple(row[1:4]), int(row[6])) - int(row[6])),
        }
        for row in calls
    ]


def _usage(service: str) -> dict[str, str]:
    return {
        "service_type": service,
        "direction": "out",
        "b_number": "",
        "b_number_type": "international" if service == "voice" else "",
        "imsi": "",
        "event_count": "0",
        "bytes_up": "0",
        "bytes_down": "0",
        "access_point": "",
    }


def element_records(world: World) -> list[dict[str, str]]:
    """Return what the elements with files of their own tell in files that land."""
    return [
        record
        for row in world.key("element_files")
        if row["state"] == "landed"
        for record in (sessions_of if row["feed"] == "cdr3gpp" else calls_of)(
            world.inbox / row["feed"] / row["file_name"]
        )
    ]
