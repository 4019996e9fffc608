"""Performance measurement files of a batch into staged Parquet (FORMATS section 6).

What belongs here: typing of values and what each file came to. The XML forms do not.
"""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from ingestion import rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.formats import VES_COUNTERS
from ingestion.home import Home
from ingestion.readers.instants import ZoneOffset
from ingestion.readers.pm_json import read_json
from ingestion.readers.pm_reading import Reading
from ingestion.readers.pm_xml import read_xml
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError
from ingestion.schemas import TABLES
from ingestion.zones import offset_of_utc

_NUMBER: Final = r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_VECTOR: Final = r"[-+0-9.eE]*(,[-+0-9.eE]*)+"
_NULLS: Final = "('', 'NIL', 'NULL')"
_CELL: Final = "[A-Za-z]*Cell[A-Za-z]*=([^,]+)"


def zone_offset(zone: str) -> ZoneOffset:
    """Return a function from naive local time in `zone` to minutes east of UTC."""
    rules = ZoneInfo(zone)

    def minutes(at: datetime) -> int:
        offset = at.replace(tzinfo=rules).utcoffset()
        return 0 if offset is None else int(offset.total_seconds()) // 60

    return minutes


def read(job: BatchJob) -> BatchResult:
    """Read one batch of PM files into staged Parquet."""
    offset = zone_offset(job.time_zone)
    results: dict[int, FileResult] = {}
    tables: list[pa.Table] = []
    for number, item in enumerate(job.files):
        result = results[number] = FileResult(item.file_id)
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            read_form = read_json if item.format == VES_COUNTERS else read_xml
            reading = read_form(content, offset)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        result.findings.extend(reading.findings)
        tables.append(_with_damage(reading, number))
    with Stage(job) as stage:
        if tables:
            _write(stage, pa.concat_tables(tables), results)
        return stage.result(list(results.values()))


def _with_damage(reading: Reading, number: int) -> pa.Table:
    """Return the values of a file, and one `unreadable` record for a part that is broken."""
    if reading.broken is not None:
        detail, excerpt = reading.broken
        reading.columns.add(
            "",
            ["?"],
            [excerpt],
            start=None,
            seconds=None,
            suspect=False,
            problem=f"unreadable:{detail}",
            value_problems={},
        )
    return reading.columns.table(number)


def _write(stage: Stage, values: pa.Table, results: dict[int, FileResult]) -> None:
    con = stage.con
    con.register("pm_values", values)
    con.execute(
        "create temp table judged as select *, "
        f"case when problem is null and text not in {_NULLS} "
        f"and not regexp_full_match(text, '{_NUMBER}') "
        f"and not regexp_full_match(text, '{_VECTOR}') "
        "then 'bad_type:value is ''' || left(text, 40) || ''', expected a number or a vector' "
        "else problem end as verdict, "
        f"interval_start_at + to_minutes({offset_of_utc('interval_start_at', stage.job.time_zone)})"
        " as started_local from pm_values"
    )
    for number, is_landed, records in con.execute(
        "select file_no, verdict is null, count(*) from judged group by all order by all"
    ).fetchall():
        totals = results[number].landed if is_landed else results[number].quarantined
        totals.records = records
    landed = (
        "select file_no, record_no, object_dn, counter, interval_start_at, interval_s, is_suspect, "
        "started_local, cast(started_local as date) as measured_date, "
        f"nullif(regexp_extract(object_dn, '{_CELL}', 1), '') as cell_id, "
        f"case when regexp_full_match(text, '{_NUMBER}') then cast(text as double) end as value, "
        "case when contains(text, ',') then text end as vector from judged where verdict is null"
    )
    for number, day in con.execute(
        f"select distinct file_no, measured_date from ({landed})"
    ).fetchall():
        results[number].days.add(day)
    stage.write(TABLES["pm/cell_counters"], landed, order_by=None)
    stage.quarantine(
        "cell_counters",
        "select file_no, record_no, split_part(verdict, ':', 1) as reason_code, "
        "substr(verdict, strpos(verdict, ':') + 1) as detail, "
        "concat_ws('|', object_dn, counter, text) as raw_line, started_local, "
        "cast(null as bigint) as duration_ms, cast(null as bigint) as bytes, "
        "cast(null as bigint) as events from judged where verdict is not null",
    )
