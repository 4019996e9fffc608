"""TAP transfer batches and notifications of a batch into staged Parquet (FORMATS section 4.1).

What belongs here: what each file came to, and which event lands where. Fields do not.
"""

import json
from decimal import Decimal
from typing import Any, Final

from ingestion import rawstore
from ingestion.batch import BatchJob, BatchResult, DeclaredCount, FileResult, held
from ingestion.home import Home
from ingestion.readers import cdr, cdr_sql, tap_tags
from ingestion.readers.ber import Element
from ingestion.readers.roaming_heading import TAP_BATCH, Frame, open_frame
from ingestion.readers.roaming_partners import Partners, load_networks
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
from ingestion.readers.tap_charges import TOTAL, Charge, Sums, charges_of, differences
from ingestion.readers.tap_events import Sender, usage_of
from ingestion.readers.tap_tables import CodeTables, read_tables
from ingestion.reasons import RefusedError, finding
from ingestion.schemas import TABLES

_LATE_AFTER_H: Final = 36


class _File:
    """The rows of one file, apart from the others until the file is found good."""

    def __init__(self) -> None:
        self.records = Rows(RECORD_COLUMNS)
        self.events = Rows(_columns("events"))
        self.charges = Rows(_columns("charges"))
        self.batches = Rows(batch_columns("tap_in"))
        self.sums = Sums()

    def add(self, other: "_File") -> None:
        for name in ("records", "events", "charges", "batches"):
            getattr(self, name).extend(getattr(other, name))


# What is no usage of a network, and what only tests the exchange, is an event but no usage record.
_USAGE: Final = (
    f"select landed.* from ({cdr_sql.landed()}) as landed "
    "inner join events_in using (file_no, record_no) "
    "where landed.service_type <> 'content' and not events_in.is_test"
)
# Columns that the shared steps fill from the judged record.
_JUDGED: Final = (
    "imsi_token", "home_plmn", "visited_plmn", "started_at", "started_local", "usage_id",
)  # fmt: skip


def _columns(table: str) -> dict[str, str]:
    kept = {
        name: kind
        for name, kind in TABLES[f"tap_in/{table}"].columns.items()
        if name not in ("file_id", *_JUDGED)
    }
    return {"file_no": "INTEGER"} | kept


def read(job: BatchJob) -> BatchResult:
    """Read one batch of TAP files into staged Parquet."""
    home = Home(job.root)
    networks, partners = load_networks(home), Partners(home)
    results: dict[int, FileResult] = {}
    declared: dict[int, int | None] = {}
    good = _File()
    for number, item in enumerate(job.files):
        result = results[number] = FileResult(item.file_id)
        try:
            frame = open_frame(rawstore.content_of(home, item.file_id), item.format)
            partner = partners.of(frame.heading.sender)
            result.findings.extend(frame.heading.findings)
            file = _File()
            if item.format == TAP_BATCH:
                tables = _tables(frame)
                sender = Sender(frame.heading.sender, partner, networks, tables, job.key)
                declared[number] = _read_batch(number, frame, sender, file, result)
            else:
                file.batches.add(heading_row(number, frame.heading, "notification"))
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        good.add(file)
    with Stage(job) as stage:
        _land(stage, results, good)
        for number, count in declared.items():
            results[number].declared = None if count is None else DeclaredCount(count)
        return stage.result(list(results.values()))


def _tables(frame: Frame) -> CodeTables:
    accounting, network = (
        frame.decoder.value(frame.parts[tag]) if tag in frame.parts else {}
        for tag in (tap_tags.ACCOUNTING, tap_tags.NETWORK)
    )
    return read_tables(accounting, network)


def _read_batch(
    number: int, frame: Frame, sender: Sender, file: _File, result: FileResult
) -> int | None:
    """Read the events of a transfer batch and compare its totals; return the declared count."""
    decoder, heading = frame.decoder, frame.heading
    if tap_tags.EVENTS not in frame.parts:
        raise RefusedError("malformed", "a transfer batch without a list of events; resend it.")
    audit = decoder.value(frame.parts[tap_tags.AUDIT]) if tap_tags.AUDIT in frame.parts else {}
    sums = file.sums
    for element in decoder.members(frame.parts[tap_tags.EVENTS]):
        sums.events += 1
        _read_event(number, frame, element, sender, file)
    differ = differences(audit, sums)
    if differ and sender.partner.totals == "refuse":
        raise RefusedError("count_mismatch", f"{differ}; resend the file.")
    if differ:
        result.findings.append(finding("totals_differ", differ))
    if not sums.events:
        result.findings.append(finding("empty_file", "0 records"))
    amount = sender.tables.declared
    file.batches.add(
        heading_row(number, heading, "transfer")
        | {
            "currency": sender.tables.currency,
            "local_currency": sender.tables.local_currency,
            "decimal_places": sender.tables.decimal_places,
            "declared_records": held(audit.get("event_count")),
            "declared_charge_amount": amount(audit.get("total_charge")),
            "declared_tax_amount": amount(audit.get("total_tax")),
        }
    )
    return audit.get("event_count")


def _read_event(number: int, frame: Frame, element: Element, sender: Sender, file: _File) -> None:
    decoder = frame.decoder
    record_no = file.sums.events
    decoder.begin()
    kind = tap_tags.EVENT_KINDS.get(element.tag)
    event = decoder.value(element, depth=2)
    place = {"file_no": number, "record_no": record_no, "byte_offset": element.at}
    if kind is None:
        # An element that the table knows from elsewhere was decoded, any other is kept as it is.
        tag, value = decoder.unknown[0] if decoder.unknown else (element.tag, event)
        line = json.dumps({f"tag_{tag}": value})
        file.records.add(place | {"line": line, "problem": "unknown_type:record_type"})
        return
    row, problem = usage_of(kind, event, sender)
    charges = charges_of(event, sender.tables, file.sums)
    event["not_read"] = [list(item) for item in decoder.unknown]
    line = json.dumps({kind: event}, separators=(",", ":"))
    file.records.add(place | row | {"line": line, "problem": problem or charges.problem})
    if problem or charges.problem:
        return
    heading = frame.heading
    named = place | {
        "sender": heading.sender, "recipient": heading.recipient,
        "sequence_no": heading.sequence_no, "is_test": heading.is_test,
    }  # fmt: skip
    file.events.add(named | _event(kind, element, charges.rows, sender.tables))
    for charge_no, charge in enumerate(charges.rows, 1):
        file.charges.add(named | _charge(charge_no, charge, sender.tables))


def _event(
    kind: str, element: Element, charges: list[Charge], tables: CodeTables
) -> dict[str, Any]:
    """Return the money columns of an event: only the total charge type is added up."""
    signed = [(charge, -1 if charge.is_refund else 1) for charge in charges]
    return {
        "event_kind": kind,
        "byte_length": element.after - element.at,
        "charge_amount": sum(
            (sign * (c.amount or 0) for c, sign in signed if c.charge_type == TOTAL), Decimal(0)
        ),
        "tax_amount": sum((sign * c.tax for c, sign in signed), Decimal(0)),
        "discount_amount": sum((sign * c.discount for c, sign in signed), Decimal(0)),
        "currency": tables.currency,
        "local_currency": tables.local_currency,
        "exchange_rate": next((c.exchange_rate for c in charges if c.exchange_rate), None),
    }


def _charge(charge_no: int, charge: Charge, tables: CodeTables) -> dict[str, Any]:
    return {
        "charge_no": charge_no, "charged_item": charge.charged_item,
        "charge_type": charge.charge_type, "chargeable_units": charge.chargeable_units,
        "charged_units": charge.charged_units, "charge_amount": charge.amount,
        "tax_amount": charge.tax, "discount_amount": charge.discount,
        "is_refund": charge.is_refund, "currency": tables.currency,
        "local_currency": tables.local_currency, "exchange_rate_code": charge.exchange_rate_code,
        "exchange_rate": charge.exchange_rate,
    }  # fmt: skip


def _land(stage: Stage, results: dict[int, FileResult], good: _File) -> None:
    good.records.register(stage, "records_in")
    good.events.register(stage, "events_in")
    good.charges.register(stage, "charges_in")
    cdr.land_records(
        stage,
        results,
        "select *, 1 as tolerance_s from records_in",
        profile_of("tap_in", _LATE_AFTER_H),
        stage.job.time_zone,
        landed=_USAGE,
        quarantined=QUARANTINED,
    )
    stage.con.execute(f"create temp table placed as {cdr_sql.landed()}")
    judged = ", ".join(f"placed.{name}" for name in _JUDGED)
    for name in ("events", "charges"):
        stage.write(
            TABLES[f"tap_in/{name}"],
            f"select {name}_in.*, {judged}, "
            f"strftime(placed.started_local, '%Y-%m') as usage_month from {name}_in "
            "inner join placed using (file_no, record_no)",
        )
    write_batches(stage, good.batches)
