"""Field traces of drive tests, what a phone measured second by second, into `field_trace/samples`.

What belongs here: headings, landing and what each file came to. What a row says lies in trace_sql.
"""

from collections import Counter

from ingestion import pseudonyms
from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.home import Home
from ingestion.readers.cdr import token_table
from ingestion.readers.profile import Profile
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.trace_sql import IDENTIFIED, detail_of, judged, value_of
from ingestion.reasons import RefusedError, finding
from ingestion.schemas import TABLES
from ingestion.taught import TRACE_FOLDER, profile_of_batch
from ingestion.trace_profiles import TraceProfile, trace_profiles

_TABLE = TABLES["field_trace/samples"]


def read(job: BatchJob) -> BatchResult:
    """Read one batch of traces of one profile into staged Parquet.

    Raises:
        LandingError: the profile was taken away since the files were received.
    """
    profile = profile_of_batch(job, trace_profiles(Home(job.root)), TRACE_FOLDER)
    batch = Batch(job, _dialect(profile))
    for number, _, content in batch.contents():
        try:
            names = columns_of(content, profile)
        except RefusedError as refusal:
            batch.refuse(number, refusal)
            continue
        _note(batch.results[number], names, profile)
        batch.add(names, number, data_lines(content, 2))
    with Stage(job) as stage:
        if batch.groups:
            texts = [
                judged(profile, names, batch.lines(stage, names), job.time_zone)
                for names in batch.groups
            ]
            stage.con.execute(f"create temp table judged as {' union all '.join(texts)}")
            _land(stage, batch.results, profile)
        return stage.result(list(batch.results.values()))


def columns_of(content: bytes, profile: TraceProfile) -> tuple[str, ...]:
    """Return the names of the columns of a file, in order.

    Raises:
        RefusedError: `schema` when a column that the profile reads is absent, or there twice.
    """
    names = profile.heading(content)
    times = Counter(names)
    for name in profile.fields.values():
        if times[name] != 1:
            what = "lacks the column" if not times[name] else "has more than once the column"
            raise RefusedError(
                "schema",
                f"line 1 {what} {name!r}, which profile {profile.name} reads; export it once, or "
                "write a profile in profiles/traces/.",
            )
    return names


def _dialect(profile: TraceProfile) -> Profile:
    return Profile(
        name=profile.name,
        feed="field_trace",
        delimiter=profile.delimiter,
        quote=profile.quote,
        time_zone=profile.time_zone,
        future_tolerance_h=profile.future_tolerance_h,
        late_after_h=0,
    )


def _note(result: FileResult, names: tuple[str, ...], profile: TraceProfile) -> None:
    if unknown := [name for name in names if name not in profile.known]:
        listed = ", ".join(unknown)[:200]
        result.findings.append(finding("unknown_field", f"columns not landed: {listed}"))


def _land(stage: Stage, results: dict[int, FileResult], profile: TraceProfile) -> None:
    con = stage.con
    for number, is_landed, records in con.execute(
        "select file_no, verdict is null, count(*) from judged group by all order by all"
    ).fetchall():
        totals = results[number].landed if is_landed else results[number].quarantined
        totals.records = records
    good = "select * from judged where verdict is null"
    for number, day in con.execute(
        f"select distinct file_no, measured_date from ({good})"
    ).fetchall():
        results[number].days.add(day)
    for result in results.values():
        if result.refusal is None:
            _say(result, profile, stage.job.time_zone)
    stage.write(_TABLE, _with_tokens(stage, good))
    stage.quarantine(
        "samples",
        "select file_no, record_no, split_part(verdict, ':', 1) as reason_code, "
        f"{detail_of(profile)} as detail, line as raw_line, started_local, "
        "cast(null as bigint) as duration_ms, cast(null as bigint) as bytes, "
        "cast(null as bigint) as events "
        f"from (select *, {value_of()} as bad_value from judged where verdict is not null)",
    )


def _say(result: FileResult, profile: TraceProfile, time_zone: str) -> None:
    rows = result.landed.records
    if not rows + result.quarantined.records:
        result.findings.append(finding("empty_file", "0 records"))
    if rows and profile.time_zone is None and not isinstance(profile.time_format, str):
        detail = f"{rows} times carry no zone, read as those of {time_zone}; a profile can name it"
        result.findings.append(finding("zone_assumed", detail))


def _with_tokens(stage: Stage, rows: str) -> str:
    """Return SQL of rows with tokens for what names SIM and device, where a tool does."""
    texts = " union ".join(f"select {text} as text from ({rows})" for text in IDENTIFIED.values())
    found = stage.con.execute(f"select text from ({texts}) where text is not null").fetchall()
    stage.identifiers = pseudonyms.tokens(stage.job.key, [text for (text,) in found])
    stage.con.register("token_map", token_table(stage.identifiers))
    tokens = ", ".join(
        f"(select token from token_map where identifier = {text}) as {name}"
        for name, text in IDENTIFIED.items()
    )
    return f"select *, {tokens} from ({rows})"
