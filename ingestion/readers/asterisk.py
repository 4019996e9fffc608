"""Asterisk `Master.csv` in both column orders (FORMATS section 5.1) as usage records.

What belongs here: the layouts and how their columns become ours. Rules lie in cdr_rules.
"""

import csv

from ingestion import limits, rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.home import Home
from ingestion.readers import cdr, cdr_sql
from ingestion.readers.frame import Body, frame, longest_line
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError, finding
from ingestion.zones import offset_of_local

PROFILE = "asterisk"
_MANDATORY_COLUMNS = 16
_OUTCOMES = {
    "ANSWERED": ("answered", 16),
    "NO ANSWER": ("no_answer", 19),
    "BUSY": ("busy", 17),
    "FAILED": ("failed", 41),
    "CONGESTION": ("failed", 42),
}
_FLAGS = {"OMIT", "BILLING", "DOCUMENTATION"}


def layout_of(content: bytes, profile: Profile) -> tuple[str, ...]:
    """Return the columns of a file: the layout whose disposition and flags stand in their places.

    Raises:
        RefusedError: `schema` when the places fit no layout.
    """
    line = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
    row = next(csv.reader([line], strict=False), [])
    names = [profile.layout, *(name for name in profile.layouts if name != profile.layout)]
    for name in names:
        columns = profile.layouts[name]
        width = len(row)
        if not _MANDATORY_COLUMNS <= width <= len(columns):
            continue
        place = columns.index("disposition")
        if row[place] in _OUTCOMES and row[columns.index("amaflags")] in _FLAGS:
            return tuple(columns[:width])
    raise RefusedError(
        "schema",
        f"line 1 has {len(row)} columns with no disposition and amaflags where a layout has them; "
        "name the layout in profiles/asterisk.yml.",
    )


def read(job: BatchJob) -> BatchResult:
    """Read one batch of Asterisk files into staged Parquet."""
    profile = load_profile(PROFILE)
    results: dict[int, FileResult] = {}
    groups: dict[tuple[str, ...], list[tuple[int, Body]]] = {}
    for number, item in enumerate(job.files):
        result = results[number] = FileResult(item.file_id)
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            limits.check_line(*longest_line(content))
            columns = layout_of(content, profile)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        groups.setdefault(columns, []).append((number, Body(content, 1)))
    with Stage(job) as stage:
        selects = [_text(stage, names, group, profile) for names, group in groups.items()]
        if selects:
            cdr.land_records(stage, results, " union all ".join(selects), profile, job.time_zone)
            for result in results.values():
                if result.refusal is None and profile.time_zone is None:
                    result.findings.append(
                        finding("zone_assumed", "the offset is that of the epoch in uniqueid")
                    )
        return stage.result(list(results.values()))


def _text(
    stage: Stage, names: tuple[str, ...], group: list[tuple[int, Body]], profile: Profile
) -> str:
    framed = frame([body for _, body in group], profile.delimiter, profile.quote)
    lines = cdr.register_lines(
        stage, framed, [number for number, _ in group], profile.delimiter, len(names)
    )
    fields = ", ".join(f"nullif(f[{i}], '') as {name}_" for i, name in enumerate(names, 1))
    uniqueid = "uniqueid_" if "uniqueid" in names else "cast(null as varchar)"
    epoch = f"try_cast(regexp_extract({uniqueid}, '([0-9]{{9,11}})\\.[0-9]+$', 1) as bigint)"
    sequence = "coalesce(sequence_, '0')" if "sequence" in names else "'0'"
    outcomes = " ".join(f"when '{k}' then '{v[0]}'" for k, v in _OUTCOMES.items())
    causes = " ".join(f"when '{k}' then '{v[1]}'" for k, v in _OUTCOMES.items())
    zone = profile.time_zone or stage.job.time_zone
    clock = "try_cast(start_ as timestamp)"
    # A quarter of an hour is the finest offset; the epoch is that of the start.
    by_epoch = f"cast(round((epoch({clock}) - epoch_) / 900.0) * 15 as integer)"
    shift = f"coalesce({by_epoch}, {offset_of_local(clock, zone)})"
    if profile.time_zone is not None:
        shift = offset_of_local(clock, zone)
    kept = ", ".join(
        f"'{name}', {name}_" for name in ("dcontext", "lastapp", "accountcode", "amaflags")
    )
    mapped = {
        "record_type": "'moc'",
        "service_type": "'voice'",
        "direction": "'out'",
        "node_id": f"'{profile.node_id}'",
        "charging_ref": f"coalesce({uniqueid}, md5(concat_ws('|', src_, dst_, channel_, start_)))",
        "record_sequence_no": sequence,
        "closing_cause": "'normal'",
        "a_number": "src_",
        "a_number_type": _number_type("src_"),
        "b_number": "dst_",
        "b_number_type": _number_type("dst_"),
        # An answered call is charged from its answer; before it, the phone rang.
        "started_at": "replace(coalesce(answer_, start_), ' ', 'T')",
        "ended_at": "replace(end_, ' ', 'T')",
        "duration_s": "case when answer_ is null then '0' else billsec_ end",
        "ring_s": "case when answer_ is null then duration_ else cast("
        "greatest(try_cast(duration_ as bigint) - try_cast(billsec_ as bigint), 0) as varchar) end",
        "bytes_up": "'0'",
        "bytes_down": "'0'",
        "event_count": "'0'",
        "release_cause": f"case disposition_ {causes} end",
        "call_outcome": f"case disposition_ {outcomes} else disposition_ end",
    }
    columns = ", ".join(
        f"{mapped.get(name, 'cast(null as varchar)')} as {name}" for name in cdr_sql.TEXT_COLUMNS
    )
    return (
        f"select file_no, record_no, line, problem, {shift} as shift_hint, "
        f"cast(json_object({kept}) as varchar) as extra, {columns} "
        f"from (select *, {epoch} as epoch_ from (select *, {fields} from ({lines})))"
    )


def _number_type(column: str) -> str:
    """Return SQL for the number type of a dialled or shown number: MC-15 guards the rest."""
    return (
        f"case when {column} is null then null "
        rf"when regexp_full_match({column}, '\+[0-9]{{7,15}}') then 'international' "
        rf"when regexp_full_match({column}, '00[0-9]{{7,13}}') then 'short' "
        rf"when regexp_full_match({column}, '[0-9]{{7,15}}') then 'national' "
        rf"when regexp_full_match({column}, '[0-9*#]+') then 'short' else 'alpha' end"
    )
