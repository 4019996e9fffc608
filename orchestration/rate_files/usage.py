"""Usage of a CSV or Parquet file into the table that pricing reads; bad rows carry their reason.

What belongs here: files, columns, broken lines, repeated ids. Values are in `usage_sql`.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.errors import PipelineError
from orchestration.rate_files.usage_sql import REASONS, SERVICES, rules, typed

NEEDED = (
    "usage_id", "service", "tenant", "category", "subject", "destination", "started_at", "quantity",
)  # fmt: skip
OPTIONAL = ("continued", "direction", "origin", "serving_network", "access_point")
ALIASES = {"service_type": "service", "is_continued": "continued"}


@dataclass(frozen=True)
class UsageRead:
    """What a usage file came to.

    Attributes:
        rows: rows of the file, bad ones included.
        unread: columns that no rule reads.
    """

    rows: int
    unread: list[str]


def read_usage(con: duckdb.DuckDBPyConnection, path: Path) -> UsageRead:
    """Create `rate_usage` from a file.

    Args:
        con: gets `rate_usage` with usage_no (order of the file), usage_id, service_type, tenant,
            category, subject, destination (digits, null for none), started_at (naive UTC), quantity
            (seconds of voice, else units), is_continued, origin, serving_network, direction,
            access_point, and reject_reason (null = fine, else one of REASONS).
        path: CSV with a heading, or Parquet.

    Returns:
        What was read.

    Raises:
        PipelineError: the file is missing, empty or unreadable, or lacks a needed column.
    """
    if not path.is_file():
        raise PipelineError(f"{path} is no file, expected usage as CSV or Parquet. Check the path.")
    kinds = _parquet_kinds(con, path) if path.suffix == ".parquet" else _heading(path)
    columns = {ALIASES.get(name, name): name for name in kinds}
    absent = [name for name in NEEDED if name not in columns]
    if absent:
        raise PipelineError(
            f"{path.name}: the column {absent[0]!r} is missing, expected {', '.join(NEEDED)} "
            "(comma-separated, with a heading). Add it to the export."
        )
    values = {
        name: (f'"{_escaped(columns[name])}"', kinds[columns[name]])
        for name in (*NEEDED, *OPTIONAL)
        if name in columns
    }
    _create(con, path, list(kinds), values)
    if path.suffix != ".parquet":
        _add_broken_lines(con, path, list(kinds).index(columns["usage_id"]))
    _reject_repeated(con)
    _create_view(con, set(values))
    (rows,) = con.execute("select count(*) from rate_usage_rows").fetchall()[0]
    if rows == 0:
        raise PipelineError(f"{path.name} holds no usage, expected at least one row. Check it.")
    return UsageRead(rows, [name for name in kinds if ALIASES.get(name, name) not in values])


def _escaped(name: str) -> str:
    return name.replace('"', '""').replace("'", "''")


def _unreadable(path: Path, error: Exception) -> PipelineError:
    text = " ".join(str(error).split())[:200]
    return PipelineError(
        f"{path.name} cannot be read ({text}), expected UTF-8 CSV with commas, or Parquet. "
        "Export it again."
    )


def _heading(path: Path) -> dict[str, str]:
    """Return the columns of a CSV file, all of them text."""
    if path.stat().st_size == 0:
        raise PipelineError(f"{path.name} is empty (0 bytes), expected a heading. Export it again.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            names = [name.strip() for name in next(csv.reader(text))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, error) from error
    if len(set(names)) < len(names):
        raise PipelineError(f"{path.name}: a column of the heading is there twice. Name it once.")
    return dict.fromkeys(names, "VARCHAR")


def _parquet_kinds(con: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    try:
        # A parameter would make DuckDB load pandas, which takes as long as pricing 200,000 rows.
        found = con.execute(f"describe select * from {_source(path, [])}").fetchall()
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    return {row[0]: row[1] for row in found}


def _source(path: Path, names: list[str]) -> str:
    name = _escaped(str(path))
    if path.suffix == ".parquet":
        return f"read_parquet('{name}')"
    types = ", ".join(f"'{_escaped(column)}': 'VARCHAR'" for column in names)
    # Lines that do not split go aside, so that they can come out as rejected.
    return (
        f"read_csv('{name}', header = true, auto_detect = false, delim = ',', quote = '\"', "
        f"escape = '\"', columns = {{{types}}}, store_rejects = true, "
        "rejects_table = 'rate_broken_lines', rejects_scan = 'rate_broken_scans')"
    )


def _create(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    names: list[str],
    values: dict[str, tuple[str, str]],
) -> None:
    con.execute(f"create type rate_reject as enum {REASONS}")
    con.execute(f"create type rate_service as enum {SERVICES}")
    fields = ", ".join(f"{typed(name, *value)} as {name}" for name, value in values.items())
    bad = " ".join(f"when {condition} then '{reason}'" for reason, condition in rules(set(values)))
    try:
        con.execute(
            f"create table rate_usage_rows as select *, cast(case {bad} end as rate_reject) "
            f"as reject_reason from (select {fields} from {_source(path, names)})"
        )
    except duckdb.Error as error:
        raise _unreadable(path, error) from error


def _add_broken_lines(con: duckdb.DuckDBPyConnection, path: Path, place: int) -> None:
    """Add the lines that did not split, behind all others, as far as they name their usage.

    Raises:
        PipelineError: a quote that never closes, which swallows the lines after it.
    """
    open_quote = con.execute(
        "select min(line) from rate_broken_lines "
        "where contains(trim(csv_line, chr(10) || chr(13)), chr(10))"
    ).fetchall()[0][0]
    if open_quote is not None:
        raise PipelineError(
            f"{path.name} line {open_quote}: a quote opens and does not close before the line "
            "ends, expected closed quotes. Mend the export."
        )
    con.execute(
        "insert into rate_usage_rows by name "
        f"select trim(split_part(any_value(csv_line), ',', {place + 1})) as usage_id, "
        "'bad_row' as reject_reason from rate_broken_lines group by line order by line"
    )


def _reject_repeated(con: duckdb.DuckDBPyConnection) -> None:
    """Reject every usage id but its first; most files number their rows, which is quick to see."""
    is_ascending = con.execute(
        # Shorter before longer: u9 comes before u10.
        "select coalesce(bool_and(strlen(usage_id) > strlen(earlier) "
        "or strlen(usage_id) = strlen(earlier) and usage_id > earlier), true) from ("
        "select usage_id, lag(usage_id) over () as earlier from rate_usage_rows)"
    ).fetchall()[0][0]
    if is_ascending:
        return
    con.execute(
        "update rate_usage_rows set reject_reason = 'bad_usage_id' where rowid in ("
        "select unnest(list_sort(list(rowid))[2:]) from rate_usage_rows "
        "where hash(usage_id) in (select hash(usage_id) from rate_usage_rows "
        "group by all having count(*) > 1) group by usage_id having count(*) > 1)"
    )


def _create_view(con: duckdb.DuckDBPyConnection, there: set[str]) -> None:
    absent = {
        "continued": "false",
        "direction": "'out'",
        "origin": "cast(null as varchar)",
        "serving_network": "cast(null as varchar)",
        "access_point": "cast(null as varchar)",
    }
    value = {name: name if name in there else default for name, default in absent.items()}
    con.execute(
        "create view rate_usage as select rowid as usage_no, usage_id, "
        "cast(service as varchar) as service_type, tenant, category, subject, destination, "
        "started_at, quantity, "
        f"{value['continued']} as is_continued, {value['origin']} as origin, "
        f"{value['serving_network']} as serving_network, {value['direction']} as direction, "
        f"{value['access_point']} as access_point, "
        "cast(reject_reason as varchar) as reject_reason from rate_usage_rows"
    )
