"""FreeSWITCH call records: `mod_cdr_csv` lines; JSON and XML documents beside them (FORMATS 5.2).

What belongs here: the columns of the CSV, and which file is read how. Documents lie beside it.
"""

from ingestion.batch import BatchJob, BatchResult
from ingestion.readers import causes, cdr_sql
from ingestion.readers.freeswitch_documents import rows_of
from ingestion.readers.freeswitch_rows import Row, register_rows
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.switch_sql import (
    VOICE,
    clock_text,
    clock_tolerance,
    extra,
    named_fields,
    parties,
    seconds_left,
)
from ingestion.reasons import RefusedError

PROFILE = "freeswitch"


def read(job: BatchJob) -> BatchResult:
    """Read one batch of FreeSWITCH files, whatever their form, into staged Parquet."""
    profile = load_profile(PROFILE)
    batch = Batch(job, profile)
    names = tuple(profile.layouts[profile.layout])
    rows: list[Row] = []
    for number, item, content in batch.contents():
        if item.format == "FreeSWITCH CSV":
            batch.add(names, number, data_lines(content))
            continue
        try:
            rows.extend({"file_no": number} | row for row in rows_of(content, profile.node_id))
        except RefusedError as refusal:
            batch.refuse(number, refusal)
    with Stage(job) as stage:
        selects = [_text(batch.lines(stage, names), profile)] if batch.groups else []
        if rows:
            selects.append(register_rows(stage, rows))
        return batch.land(stage, selects)


def _text(lines: str, profile: Profile) -> str:
    names = profile.layouts[profile.layout]
    formats = profile.time_formats
    cause = causes.of_name("cause_")
    columns = VOICE | parties("caller_number_", "destination_") | {
        "node_id": f"'{profile.node_id}'",
        "charging_ref": "uuid_",
        "started_at": clock_text("coalesce(answer_, start_)", formats),
        "ended_at": clock_text("end_", formats),
        "duration_s": "case when answer_ is null then '0' else billsec_ end",
        "ring_s": "case when answer_ is null then duration_ "
        f"else {seconds_left('duration_', 'billsec_')} end",
        "release_cause": cause,
        "call_outcome": "case when answer_ is not null then 'answered' "
        f"else {causes.outcome_of(cause)} end",
        # The leg of the caller names that of the called party, not the other way round.
        "call_ref": "coalesce(bleg_uuid_, uuid_)",
        "call_part": "case when uuid_ is not null then 'call' end",
    }  # fmt: skip
    return cdr_sql.text_select(
        columns,
        named_fields(names, lines),
        extra=extra(("context", "accountcode", "read_codec", "write_codec")),
        tolerance_s=clock_tolerance("end_", formats),
    )
