"""Usage records of a batch into staged Parquet: the steps every usage CSV shares.

What belongs here: the order of the steps and what each file came to. Formats and rules do not.
"""

from datetime import datetime, timedelta

import pyarrow as pa

from ingestion import pseudonyms
from ingestion.batch import FileResult, Totals
from ingestion.readers import cdr_sql
from ingestion.readers.frame import Framed
from ingestion.readers.profile import Profile
from ingestion.readers.staging import Stage
from ingestion.reasons import finding
from ingestion.schemas import TABLES


def register_lines(
    stage: Stage, framed: Framed, file_nos: list[int], delimiter: str, fits: str
) -> str:
    """Make framed lines a relation and return SQL giving file_no, record_no, line, problem, f.

    Args:
        stage: the connection of the batch.
        framed: lines whose file_no is the place in `file_nos`.
        file_nos: places of these files in the batch.
        delimiter: one character between fields.
        fits: SQL over the fields `f` that says whether a line has as many as it must; `f` is null
            in any other line.
    """
    number = stage.next_number()
    places = pa.array(file_nos, type=pa.int32())
    names = []
    for kind, table in (("plain", framed.plain), ("special", framed.special)):
        chunks = [places.take(chunk) for chunk in table["file_no"].chunks]
        column = pa.chunked_array(chunks, pa.int32())
        name = f"{kind}_{number}"
        stage.con.register(name, table.set_column(0, "file_no", column))
        names.append(name)
    plain, special = names
    return (
        "select file_no, line_no as record_no, line, "
        "case when problem is not null then problem "
        "when len(f) = 1 and f[1] = '' then 'unreadable' "
        f"when not ({fits}) then 'field_count' end as problem, "
        f"case when {fits} then f end as f from ("
        "select file_no, line_no, line, null as problem, "
        f"string_split(line, '{delimiter}') as f from {plain} "
        f"union all select file_no, line_no, line, problem, fields from {special})"
    )


def land_records(
    stage: Stage,
    results: dict[int, FileResult],
    text: str,
    profile: Profile,
    operator_zone: str,
    *,
    table: str = "cdrs",
    landed: str = cdr_sql.landed(),
    quarantined: str = cdr_sql.quarantined(),
) -> None:
    """Judge, tokenise and write the records of `text`; complete `results` (by place in the batch).

    Args:
        stage: the connection of the batch.
        results: by place in the batch.
        text: SQL giving the text columns of the records (`cdr_sql.parsed`).
        profile: what holds for records of this feed.
        operator_zone: the zone of local time.
        table: where the records land.
        landed: SQL giving the columns of that table, from `judged` and `token_map`.
        quarantined: SQL giving the records that do not land, from `judged`.

    Raises:
        duckdb.Error: the staging folder cannot be written.
    """
    con, feed = stage.con, stage.job.feed
    con.execute(f"create temp table judged as {cdr_sql.judged(text, profile, operator_zone)}")
    late = _complete(stage, results, profile)
    refused = [number for number, result in results.items() if result.refusal is not None]
    if refused:
        con.execute("delete from judged where list_contains(?, file_no)", [refused])
    for number in late:
        results[number].findings.append(
            finding("late", f"the last record ended over {profile.late_after_h} h before the file")
        )
    stage.identifiers = pseudonyms.tokens(
        stage.job.key, [row[0] for row in con.execute(cdr_sql.IDENTIFIERS).fetchall()]
    )
    con.register("token_map", token_table(stage.identifiers))
    for number, day in con.execute(cdr_sql.DAYS).fetchall():
        results[number].days.add(day)
    stage.write(TABLES[f"{feed}/{table}"], landed, order_by=None)
    stage.quarantine(table, quarantined)


def token_table(identifiers: list[tuple[str, str, str]]) -> pa.Table:
    """Return identifier (`kind|value`) and token as an Arrow table."""
    return pa.table(
        {
            "identifier": pa.array(
                [f"{kind}|{value}" for _, kind, value in identifiers], pa.string()
            ),
            "token": pa.array([item[0] for item in identifiers], pa.string()),
        }
    )


def _complete(stage: Stage, results: dict[int, FileResult], profile: Profile) -> list[int]:
    """Fill totals and findings of each file; return the places of files written late."""
    last: dict[int, datetime] = {}
    for row in stage.con.execute(cdr_sql.PER_FILE).fetchall():
        number, is_landed, records, duration_ms, volume, events, ended, bare, unknown = row
        result = results[number]
        totals = Totals(records, duration_ms, volume, events)
        if is_landed:
            result.landed = totals
        else:
            result.quarantined = totals
        if bare:
            result.findings.append(
                finding("zone_assumed", f"{bare} records carry no offset; {profile.name} names it")
            )
        if unknown:
            result.findings.append(
                finding("unknown_field", f"{unknown} release causes are in no list and became -1")
            )
        if ended is not None:
            last[number] = max(ended, last.get(number, ended))
    for result in results.values():
        check_totals(result)
    late = []
    for number, ended in last.items():
        written = stage.job.files[number].created_at
        if written and written.replace(tzinfo=None) - ended > timedelta(hours=profile.late_after_h):
            late.append(number)
    return late


def check_totals(result: FileResult) -> None:
    """Compare declared with computed totals: refuse, or note the difference.

    With quarantined records the sums cannot all be read, so a difference is a finding; without
    any it is a refusal.
    """
    declared, computed = result.declared, result.landed + result.quarantined
    if declared is None or declared == computed or result.refusal is not None:
        return
    parts = [
        f"{name} {getattr(declared, name)} declared, {getattr(computed, name)} computed"
        for name in ("records", "duration_ms", "bytes", "events")
        if getattr(declared, name) != getattr(computed, name)
    ]
    detail = "; ".join(parts)
    if result.quarantined.records and declared.records == computed.records:
        result.findings.append(finding("totals_differ", detail))
    else:
        result.refuse("count_mismatch", f"{detail}; resend the file.")
