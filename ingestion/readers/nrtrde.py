"""NRTRDE files of a batch into staged Parquet (FORMATS section 4.3).

What belongs here: which field becomes which column, and what each file came to. An event of this
feed says early that usage happened; it is never a charge.
"""

import json
from typing import Any, Final

from ingestion import rawstore
from ingestion.batch import BatchJob, BatchResult, DeclaredCount, FileResult, held
from ingestion.home import Home
from ingestion.readers import cdr, cdr_sql
from ingestion.readers.nrtrde_tags import EVENT_KINDS, EVENTS
from ingestion.readers.roaming_heading import Frame, open_frame
from ingestion.readers.roaming_partners import (
    Networks,
    Partners,
    RoamingPartner,
    load_networks,
)
from ingestion.readers.roaming_rows import (
    QUARANTINED,
    RECORD_COLUMNS,
    Rows,
    batch_columns,
    heading_row,
    profile_of,
    write_batches,
)
from ingestion.readers.staging import Stage
from ingestion.readers.tap_events import (
    dialled,
    ended_at,
    international,
    stand_in_reference,
    started_at,
)
from ingestion.reasons import RefusedError, finding

_LATE_AFTER_H: Final = 4  # liability for fraud shifts to a sender who needs longer
_SMS: Final = ("21", "22")
_NAMED: Final = {
    "file_no": "INTEGER", "record_no": "INTEGER", "event_kind": "VARCHAR", "sender": "VARCHAR",
    "recipient": "VARCHAR", "sequence_no": "BIGINT", "byte_offset": "BIGINT",
    "available_at": "TIMESTAMP",
}  # fmt: skip
_PLACED: Final = frozenset({
    "moc", "mtc", "gprs", "local_time", "utc_offset", "duration_s", "imsi", "imei", "msisdn",
    "calling_number", "connected_number", "dialled_digits", "third_party_number", "volume_in",
    "volume_out", "access_point", "cell_id", "location_area", "recording_entity",
})  # fmt: skip
_LANDED: Final = (
    f"select landed.*, named_in.* exclude (file_no, record_no), "
    "cast(epoch(named_in.available_at) - epoch(landed.ended_at) as bigint) as delay_s, "
    "strftime(landed.started_local, '%Y-%m') as usage_month "
    f"from ({cdr_sql.landed()}) as landed inner join named_in using (file_no, record_no)"
)


def read(job: BatchJob) -> BatchResult:
    """Read one batch of NRTRDE files into staged Parquet."""
    home = Home(job.root)
    networks, partners = load_networks(home), Partners(home)
    results: dict[int, FileResult] = {}
    declared: dict[int, int | None] = {}
    records, named, batches = Rows(RECORD_COLUMNS), Rows(_NAMED), Rows(batch_columns("nrtrde_in"))
    for number, item in enumerate(job.files):
        result = results[number] = FileResult(item.file_id)
        try:
            frame = open_frame(rawstore.content_of(home, item.file_id), item.format)
            partner = partners.of(frame.heading.sender)
            rows = _events(frame, partner, networks, job.key)
            _check_count(frame, len(rows), partner, result)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        result.findings.extend(frame.heading.findings)
        heading = heading_row(number, frame.heading, "nrtrde")
        declared[number] = frame.control.get("event_count")
        batches.add(heading | {"declared_records": held(declared[number])})
        for record_no, row in enumerate(rows, 1):
            place = {"file_no": number, "record_no": record_no}
            records.add(row | place)
            named.add(heading | row | place)
    with Stage(job) as stage:
        records.register(stage, "records_in")
        named.register(stage, "named_in")
        cdr.land_records(
            stage,
            results,
            "select *, 1 as tolerance_s from records_in",
            profile_of("nrtrde_in", _LATE_AFTER_H),
            job.time_zone,
            table="events",
            landed=_LANDED,
            quarantined=QUARANTINED,
        )
        write_batches(stage, batches)
        for number, count in declared.items():
            results[number].declared = None if count is None else DeclaredCount(count)
        return stage.result(list(results.values()))


def _check_count(frame: Frame, found: int, partner: RoamingPartner, result: FileResult) -> None:
    declared = frame.control.get("event_count")
    if declared is not None and declared != found:
        detail = f"{declared} events declared, {found} found"
        if partner.totals == "refuse":
            raise RefusedError("count_mismatch", f"{detail}; resend the file.")
        result.findings.append(finding("totals_differ", detail))
    if not found:
        result.findings.append(finding("empty_file", "0 records"))
    unknown = sorted({tag for tag, _ in frame.decoder.unknown})
    if unknown:
        shown = ", ".join(str(tag) for tag in unknown)
        result.findings.append(finding("unknown_field", f"tags kept in extra: {shown}"))


def _events(
    frame: Frame, partner: RoamingPartner, networks: Networks, key: bytes
) -> list[dict[str, Any]]:
    decoder, rows = frame.decoder, []
    unknown: list[tuple[int, Any]] = []
    for element in decoder.members(frame.parts[EVENTS]) if EVENTS in frame.parts else ():
        decoder.begin()
        kind = EVENT_KINDS.get(element.tag)
        event = decoder.value(element, depth=2)
        further = {f"tag_{tag}": value for tag, value in decoder.unknown}
        if kind is None:
            row: dict[str, Any] = {"line": json.dumps(further)}
            row["problem"] = "unknown_type:record_type"
        else:
            row = _usage(kind, event, frame.heading.sender, partner, networks)
            row["charging_ref"] = _reference(kind, event) or stand_in_reference(row, key)
            row["line"] = json.dumps({kind: event | further}, separators=(",", ":"))
            kept = {name: value for name, value in event.items() if name not in _PLACED}
            row["extra"] = json.dumps({"kind": kind} | kept | further, separators=(",", ":"))
            unknown += decoder.unknown
        rows.append(row | {"byte_offset": element.at, "event_kind": kind})
    decoder.unknown[:] = unknown
    return rows


def _reference(kind: str, event: dict[str, Any]) -> str | None:
    given = event.get("charging_id" if kind == "gprs" else "call_reference")
    return str(given) if given else None


def _usage(
    kind: str,
    event: dict[str, Any],
    sender: str,
    partner: RoamingPartner,
    networks: Networks,
) -> dict[str, Any]:
    """Return the text columns of `cdr_sql` of one event."""
    local, duration = event.get("local_time"), event.get("duration_s", 0)
    started = None if local is None else started_at(local, event.get("utc_offset"))
    service = event.get("service_code", {}).get("tele_service", event.get("tele_service"))
    is_sms = service in _SMS and kind != "gprs"
    serving, entity = event.get("serving_network", ""), event.get("recording_entity")
    own, caller = international(event.get("msisdn")), international(event.get("calling_number"))
    connected = event.get("connected_number")
    other = international(connected) if connected else dialled(event.get("dialled_digits"))
    a_party, b_party = (caller, own) if kind == "mtc" else (own, other)
    cell = event.get("cell_id")
    return {
        "record_type": "data" if kind == "gprs" else f"sms_{kind[:2]}" if is_sms else kind,
        "service_type": "data" if kind == "gprs" else "sms" if is_sms else "voice",
        "direction": "in" if kind == "mtc" else "out",
        "node_id": f"{sender}/{entity}" if entity else sender,
        "record_sequence_no": "0", "closing_cause": "normal", "call_outcome": "answered",
        "a_number": a_party[0], "a_number_type": a_party[1],
        "b_number": b_party[0], "b_number_type": b_party[1],
        "c_number": event.get("third_party_number"),
        "imsi": event.get("imsi"), "imei": event.get("imei"),
        "home_plmn": networks.home_plmn(event.get("imsi")),
        "visited_plmn": partner.visited_plmn
        or (serving if serving.isdigit() and len(serving) in (5, 6) else None),
        "cell_id": None if cell is None else f"{event.get('location_area', '')}-{cell}".lstrip("-"),
        "access_point": event.get("access_point"),
        "started_at": started, "ended_at": ended_at(started, duration),
        "duration_s": str(duration), "ring_s": "0",
        # In and out as the handset sees them.
        "bytes_down": str(event.get("volume_in", 0)), "bytes_up": str(event.get("volume_out", 0)),
        "event_count": "1" if is_sms else "0",
    }  # fmt: skip
