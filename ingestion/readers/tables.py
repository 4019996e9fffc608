"""Plain tables with a heading: partner statements, payments, reference tables.

What belongs here: one reader for every CSV whose columns are the landed columns.
"""

from typing import Final

from ingestion import limits, pseudonyms, rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult, Received
from ingestion.columns import DEFAULTS, may_be_empty
from ingestion.home import Home
from ingestion.readers import cdr, table_rules
from ingestion.readers.frame import Body, frame, longest_line
from ingestion.readers.judged import detail, judge, set_aside
from ingestion.readers.split_lines import register_lines
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError, finding
from ingestion.schemas import TABLES, Table
from ingestion.tariff.table_gate import table_findings
from ingestion.zones import offset_of_utc

_OPTIONAL: Final = {
    "declarations": frozenset({"destination_id", "calls", "seconds", "events"}),
    "payments": frozenset({"reference", "method"}),
}
_DERIVED: Final = frozenset({"file_id", "record_no", "landed_seq", "paid_local"})
# Reference tables whose column `number` is a person's.
_OF_NUMBERS: Final = frozenset({"friends", "ported_numbers"})
# Tables whose source writes the last day of validity: the day after it lands.
_WITH_LAST_DAY: Final = frozenset({"regulated_rates"})
# The partition and the local day a row belongs to, over typed columns.
_PLACES: Final = {
    "declarations": ("strftime(period_start, '%Y-%m') as period", "period_start"),
    "payments": ("strftime(paid_local, '%Y-%m') as paid_month", "cast(paid_local as date)"),
}


def _table_of(item: Received) -> Table:
    names = {"partner": "partner/declarations", "payments": "payments/payments"}
    return TABLES[names.get(item.feed) or f"reference/{item.hint}"]


def read(job: BatchJob) -> BatchResult:
    """Read one batch of files of one feed; reference tables come one file per batch."""
    results = {number: FileResult(item.file_id) for number, item in enumerate(job.files)}
    table = _table_of(job.files[0])
    columns = {name: kind for name, kind in table.columns.items() if name not in _DERIVED}
    groups: dict[tuple[str, ...], list[tuple[int, Body]]] = {}
    for number, item in enumerate(job.files):
        try:
            names, body = _heading(job, item, columns, _optional(table))
        except RefusedError as refusal:
            results[number].refuse(refusal.code, refusal.detail)
            continue
        _note(results[number], names, columns, body)
        groups.setdefault(names, []).append((number, body))
    with Stage(job) as stage:
        selects = [_text(stage, names, group, columns) for names, group in groups.items()]
        if selects:
            verdict = table_rules.problem(table.name, columns, _optional(table))
            judge(stage, " union all ".join(selects), _typed(table, columns), verdict)
            _write(stage, table, results)
        return stage.result(list(results.values()))


def _optional(table: Table) -> frozenset[str]:
    return may_be_empty(table.name) if table.feed == "reference" else _OPTIONAL[table.name]


def _heading(
    job: BatchJob, item: Received, columns: dict[str, str], optional: frozenset[str]
) -> tuple[tuple[str, ...], Body]:
    content = rawstore.content_of(Home(job.root), item.file_id)
    limits.check_line(*longest_line(content))
    first, _, body = content.partition(b"\n")
    names = tuple(
        name.strip() for name in first.decode("utf-8", errors="replace").rstrip("\r").split(",")
    )
    # Exports of other feeds have a fixed heading; a reference table may lack what may be empty.
    may_lack = optional if item.feed == "reference" else frozenset()
    absent = [name for name in columns if name not in names and name not in may_lack]
    if absent:
        raise RefusedError(
            "schema",
            f"line 1 lacks the column {absent[0]!r}, expected {', '.join(columns)}; "
            "add it to the export.",
        )
    return names, Body(body, 2)


def _note(result: FileResult, names: tuple[str, ...], columns: dict[str, str], body: Body) -> None:
    unknown = [name for name in names if name not in columns]
    if unknown:
        result.findings.append(
            finding("unknown_field", f"columns not landed: {', '.join(unknown)}")
        )
    if not body.content.strip():
        result.findings.append(finding("empty_file", "0 records"))


def _text(
    stage: Stage,
    names: tuple[str, ...],
    group: list[tuple[int, Body]],
    columns: dict[str, str],
) -> str:
    framed = frame([body for _, body in group], ",", '"')
    places = [number for number, _ in group]
    lines = register_lines(stage, framed, places, ",", f"len(f) = {len(names)}")
    fields = ", ".join(
        f"nullif(f[{names.index(name) + 1}], '') as {name}_"
        if name in names
        else f"cast(null as varchar) as {name}_"
        for name in columns
    )
    return f"select file_no, record_no, line, problem, {fields} from ({lines})"


def _typed(table: Table, columns: dict[str, str]) -> dict[str, str]:
    """Return SQL for the typed value of each column, with what an empty cell means."""
    defaults = DEFAULTS.get(table.name, {}) if table.feed == "reference" else {}
    typed = {
        name: f"coalesce({table_rules.cast(name, kind)}, {defaults.get(name, 'null')})"
        for name, kind in columns.items()
    }
    if table.name in _WITH_LAST_DAY:
        # No day follows 9999-12-31: what is valid up to it has no end.
        typed["valid_to"] = f"nullif({typed['valid_to']}, date '9999-12-31') + 1"
    return typed


def _write(stage: Stage, table: Table, results: dict[int, FileResult]) -> None:
    con = stage.con
    if table.feed == "reference":
        _refuse_table(stage, table, results)
    refused = [number for number, result in results.items() if result.refusal]
    if refused:
        con.execute("delete from judged where list_contains(?, file_no)", [refused])
    for number, is_landed, records in con.execute(
        "select file_no, verdict is null, count(*) from judged group by all order by all"
    ).fetchall():
        totals = results[number].landed if is_landed else results[number].quarantined
        totals.records = records
    good = "select * from judged where verdict is null"
    if table.feed == "reference":
        if not refused:
            stage.write(table, f"select *, {stage.job.landed_seq} as landed_seq from ({good})")
        return
    if table.name == "payments":
        shift = offset_of_utc("paid_at", stage.job.time_zone)
        good = f"select *, paid_at + to_minutes({shift}) as paid_local from ({good})"
    partition, day = _PLACES[table.name]
    for number, on in con.execute(f"select distinct file_no, {day} from ({good})").fetchall():
        results[number].days.add(on)
    stage.write(table, f"select *, {partition} from ({good})")
    stage.quarantine(
        table.name,
        set_aside(_expected(table)),
    )


def _expected(table: Table) -> str:
    return table_rules.expected(table.name, dict(table.columns))


def _refuse_table(stage: Stage, table: Table, results: dict[int, FileResult]) -> None:
    """A whole-table snapshot with one bad row would price wrongly in silence: refuse it."""
    bad = stage.con.execute(
        f"select file_no, record_no, split_part(verdict, ':', 1), {detail(_expected(table))} "
        "from judged where verdict is not null order by all limit 1"
    ).fetchone()
    if bad is not None:
        results[bad[0]].refuse(
            "schema", f"line {bad[1]}: {bad[2]}, {bad[3]}; a reference table lands whole or not."
        )
        return
    if table.name in _OF_NUMBERS:
        _tokenise(stage, "number")
    found = table_findings(stage.con, table.name, "judged")
    if found:
        stage.identifiers = []
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        for result in results.values():
            result.refuse("schema", found[0].sentence() + more)


def _tokenise(stage: Stage, column: str) -> None:
    """Replace the numbers of a column of `judged` by tokens, those of the usage records."""
    party = (
        rf"case when regexp_full_match({column}, '\+?[0-9]{{5,15}}') "
        rf"then 'msisdn|' || ltrim({column}, '+') else 'address|' || {column} end"
    )
    found = stage.con.execute(f"select distinct {party} from judged").fetchall()
    stage.identifiers = pseudonyms.tokens(stage.job.key, [row[0] for row in found])
    stage.con.register("token_map", cdr.token_table(stage.identifiers))
    stage.con.execute(
        f"update judged set {column} = token_map.token from token_map "
        f"where token_map.identifier = {party}"
    )
