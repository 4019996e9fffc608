"""RAP return batches and acknowledgements of a batch into staged Parquet (FORMATS section 4.1).

What belongs here: one row per return detail, linked to the TAP file that it sends back.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from ingestion import pseudonyms, rawstore
from ingestion.batch import BatchJob, BatchResult, DeclaredCount, FileResult, held
from ingestion.home import Home
from ingestion.readers import tap_tags
from ingestion.readers.ber import Element
from ingestion.readers.roaming_heading import RAP_BATCH, Frame, open_frame
from ingestion.readers.roaming_partners import Partners
from ingestion.readers.roaming_rows import Rows, batch_columns, heading_row, write_batches
from ingestion.readers.staging import Stage
from ingestion.readers.tap_tables import read_tables
from ingestion.reasons import RefusedError, finding
from ingestion.schemas import TABLES

_BAD_COLUMNS = {
    "file_no": "INTEGER", "record_no": "INTEGER", "reason_code": "VARCHAR", "detail": "VARCHAR",
    "raw_line": "VARCHAR",
}  # fmt: skip
_PLACE = "strftime(coalesce(files.created_at, files.first_seen_at), '%Y-%m') as batch_month"


def read(job: BatchJob) -> BatchResult:
    """Read one batch of RAP files into staged Parquet."""
    home = Home(job.root)
    partners = Partners(home)
    results: list[FileResult] = []
    tokens: dict[str, str] = {}
    columns = {k: v for k, v in TABLES["rap_in/returns"].columns.items() if k != "file_id"}
    returns, bad = Rows({"file_no": "INTEGER"} | columns), Rows(_BAD_COLUMNS)
    batches = Rows(batch_columns("rap_in"))

    def identify(imsi: str) -> str:
        return tokens.setdefault(imsi, pseudonyms.token(job.key, "imsi", imsi))

    for number, item in enumerate(job.files):
        result = FileResult(item.file_id)
        results.append(result)
        try:
            frame = open_frame(rawstore.content_of(home, item.file_id), item.format)
            heading = heading_row(number, frame.heading, "acknowledgement")
            rows: list[dict[str, Any]] = []
            if item.format == RAP_BATCH:
                rows = list(_returns(frame, heading, identify))
                heading |= {"batch_kind": "return"} | _totals(partners, frame, rows, result)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        result.findings.extend(frame.heading.findings)
        batches.add(heading)
        for row in rows:
            is_bad = "reason_code" in row
            (bad if is_bad else returns).add(row)
            (result.quarantined if is_bad else result.landed).records += 1
    with Stage(job) as stage:
        stage.identifiers = sorted((token, "imsi", imsi) for imsi, token in tokens.items())
        _write(stage, returns, bad)
        write_batches(stage, batches)
        return stage.result(results)


def _write(stage: Stage, returns: Rows, bad: Rows) -> None:
    returns.register(stage, "returns_in")
    bad.register(stage, "bad_in")
    stage.write(
        TABLES["rap_in/returns"],
        f"select returns_in.*, {_PLACE} from returns_in inner join files using (file_no)",
    )
    stage.quarantine(
        "returns",
        "select *, cast(null as timestamp) as started_local, cast(null as bigint) as duration_ms, "
        "cast(null as bigint) as bytes, cast(null as bigint) as events from bad_in",
    )


def _totals(
    partners: Partners, frame: Frame, rows: list[dict[str, Any]], result: FileResult
) -> dict[str, Any]:
    """Compare the declared count and return what the table of headings keeps of the totals."""
    has_audit = tap_tags.RAP_AUDIT in frame.parts
    audit = frame.decoder.value(frame.parts[tap_tags.RAP_AUDIT]) if has_audit else {}
    declared = audit.get("return_count")
    if declared is not None:
        if declared != len(rows):
            detail = f"{declared} return details declared, {len(rows)} found"
            if partners.of(frame.heading.sender).totals == "refuse":
                raise RefusedError("count_mismatch", f"{detail}; resend the file.")
            result.findings.append(finding("totals_differ", detail))
        result.declared = DeclaredCount(declared)
    if not rows:
        result.findings.append(finding("empty_file", "0 records"))
    money = read_tables(frame.control, {})
    return {
        "currency": money.currency,
        "decimal_places": money.decimal_places,
        "declared_records": held(declared),
        "declared_charge_amount": money.declared(audit.get("total_severe_return")),
    }


def _returns(
    frame: Frame, heading: dict[str, Any], identify: Callable[[str], str]
) -> Iterator[dict[str, Any]]:
    if tap_tags.RETURNS not in frame.parts:
        raise RefusedError("malformed", "a return batch without a list of returns; resend it.")
    for record_no, element in enumerate(frame.decoder.members(frame.parts[tap_tags.RETURNS]), 1):
        frame.decoder.begin()
        detail = frame.decoder.value(element, depth=2)
        row = _return(frame, element, detail, identify)
        yield heading | {"record_no": record_no, "byte_offset": element.at} | row


def _return(
    frame: Frame, element: Element, detail: dict[str, Any] | None, identify: Callable[[str], str]
) -> dict[str, Any]:
    kind = tap_tags.RETURN_KINDS.get(element.tag)
    if detail is None or kind is None:
        return _bad("unknown_type", f"tag {element.tag} is no return detail", element, {})
    first = detail.get("first_missing" if kind == "missing" else "sequence_no")
    if first is None or not first.isdecimal() or len(first) > 9:
        code = "missing" if first is None else "bad_type"
        return _bad(code, "sequence_no expected as digits", element, detail)
    last = detail.get("last_missing", first)
    event_kind = next((k for k in tap_tags.EVENT_KINDS.values() if k in detail), None)
    event = detail.get(event_kind, {}) if event_kind else {}
    imsi, local_time = _find(event, "imsi"), _find(event, "local_time")
    return {
        "return_kind": kind,
        # Who receives the returns sent the file, and the other way round.
        "tap_sender": frame.heading.recipient,
        "tap_recipient": frame.control.get("roaming_partner") or frame.heading.sender,
        "tap_sequence_no": int(first),
        "last_tap_sequence_no": int(last) if last.isdecimal() and len(last) <= 9 else int(first),
        "faulty_part": _part(kind, detail),
        "error_codes": _codes(detail),
        "event_kind": event_kind,
        "imsi_token": identify(imsi) if imsi else None,
        "event_local_time": _time(local_time),
    }


def _bad(code: str, detail: str, element: Element, event: dict[str, Any]) -> dict[str, Any]:
    line = f"byte {element.at}: {json.dumps(event, separators=(',', ':'))}"
    return {"reason_code": code, "detail": detail, "raw_line": line}


def _part(kind: str, detail: dict[str, Any]) -> str | None:
    if kind == "severe":
        return "event"
    return next((p for p in tap_tags.RETURN_PARTS.values() if f"{p}_error" in detail), None)


def _codes(value: Any) -> str | None:
    """Return the distinct error codes of a return detail as text, each once, in their order."""
    found: Counter[str] = Counter()
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "error_code" in item:
                found[str(item["error_code"])] += 1
            waiting += reversed(list(item.values()))
        elif isinstance(item, list):
            waiting += [member for _, member in reversed(item)]
    return ",".join(found) or None


def _find(value: Any, name: str) -> str | None:
    """Return the first value of that name, depth first, in the order of the file."""
    if isinstance(value, dict):
        if isinstance(value.get(name), str):
            return value[name]
        found = (_find(member, name) for member in value.values())
        return next((text for text in found if text is not None), None)
    if isinstance(value, list):
        found = (_find(member, name) for _, member in value)
        return next((text for text in found if text is not None), None)
    return None


def _time(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d%H%M%S") if text else None  # noqa: DTZ007
    except ValueError:
        return None
