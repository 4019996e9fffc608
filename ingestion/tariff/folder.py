"""A folder of CSV or Parquet files, one per table, into the tables that pricing reads.

What belongs here: finding files, reading text, typing it. Rules over whole tables are in `gate`.
"""

import csv
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import duckdb

from ingestion.columns import DEFAULTS, REFERENCE_COLUMNS
from ingestion.readers import table_rules
from ingestion.tariff.findings import MOST_FINDINGS, Finding, TariffRefusedError
from ingestion.tariff.gate import tariff_findings
from ingestion.tariff.tables import (
    FIRST_DATE,
    FIRST_INSTANT,
    NEEDED,
    OPEN_DATE,
    OPEN_INSTANT,
    REQUIRED,
    SUBJECTS,
    columns_of,
    relation,
    required_of,
)

SUFFIXES: Final = (".csv", ".parquet")

# The warehouse draws kinds of destinations; a file of usage may have any.
_OPEN_LISTS: Final = frozenset({("destinations", "kind")})


@dataclass
class Tariff:
    """What was loaded.

    Attributes:
        kind: `trunkline` or `cgrates`.
        subjects_are_plans: whether nobody said who has which plan.
        notes: what the folder holds and no rule reads, for a person to see.
    """

    kind: str
    subjects_are_plans: bool
    notes: list[str] = field(default_factory=list)


def load_folder(con: duckdb.DuckDBPyConnection, folder: Path) -> Tariff:
    """Load a tariff folder and judge it.

    Args:
        con: gets `stg_reference__<table>` for every table of a tariff, typed, defaults filled, with
            `record_no` (the line), and `rating_profiles` (tenant, category, subject, plan_ids,
            valid_from, valid_to in naive UTC).
        folder: `<table>.csv` or `<table>.parquet`; missing optional tables are empty.

    Returns:
        What was loaded.

    Raises:
        TariffRefusedError: a value, a row or the whole contradicts the contract.
    """
    files, notes, hits = _files(folder)
    for table in (*REQUIRED, SUBJECTS):
        hits += _load(con, table, files.get(table), notes)
    if not hits:
        _make_profiles(con)
        hits = tariff_findings(con)
    if hits:
        raise TariffRefusedError([in_file(item, files.get(item.table)) for item in hits])
    if "minimum_commitments" in files:
        name = files["minimum_commitments"].name
        notes.append(f"{name} was checked and is not charged: a bill owes it, no event does.")
    return Tariff("trunkline", SUBJECTS not in files, notes)


def in_file(finding: Finding, path: Path | None) -> Finding:
    """Return a finding about the rows of a table as one about the lines of its file."""
    if path is None:
        return finding
    if path.suffix == ".parquet":
        return replace(finding, table=path.name, place="row")
    # Rows are counted without blank lines, which only matters once somebody looks for one.
    with path.open("rb") as text:
        numbers = [number for number, line in enumerate(text, 1) if line.strip()]
    lines = tuple(numbers[line - 1] if 0 < line <= len(numbers) else line for line in finding.lines)
    return replace(finding, table=path.name, lines=lines)


def _files(folder: Path) -> tuple[dict[str, Path], list[str], list[Finding]]:
    there = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    files, notes, hits = {}, [], []
    for path in there:
        if path.stem not in REQUIRED and path.stem != SUBJECTS:
            if path.stem not in REFERENCE_COLUMNS:
                notes.append(f"{path.name} is no table of a tariff and was not read.")
        elif path.stem in files:
            hits.append(Finding(path.stem, (), "stands there as CSV and as Parquet", "one of them"))
        else:
            files[path.stem] = path
    hits += [
        Finding(table, (), f"{table}.csv or {table}.parquet is missing", "that file in the folder")
        for table in NEEDED
        if table not in files
    ]
    return files, notes, hits


def _load(
    con: duckdb.DuckDBPyConnection, table: str, path: Path | None, notes: list[str]
) -> list[Finding]:
    """Create the typed relation of `table`, or return what keeps its file from being read."""
    if path is None:
        _create(con, table, "select null where false", {}, 0)
        return []
    names = _heading(con, path)
    if isinstance(names, Finding):
        return [names]
    alias = {"service": "service_type"} if "service_type" not in names else {}
    known = {alias.get(name, name): name for name in names if alias.get(name, name)
             in columns_of(table)}  # fmt: skip
    unread = [name for name in names if alias.get(name, name) not in columns_of(table)]
    if unread:
        notes.append(f"{path.name}: columns {', '.join(unread)} were not read.")
    absent = [name for name in required_of(table) if name not in known]
    if absent:
        return [
            Finding(path.name, (), f"the column {absent[0]!r} is missing",
                    f"the columns {', '.join(required_of(table))}")
        ]  # fmt: skip
    try:
        con.execute(f"create or replace temp table raw_table as {_source(path, names)}")
    except duckdb.Error as error:
        return [_unreadable(path, error)]
    first = 1 if path.suffix == ".parquet" else 2
    hits = _bad_values(con, table, known, first)
    if not hits:
        _create(con, table, "select *, rowid as row from raw_table", known, first)
    con.execute("drop table raw_table")
    return hits


def _heading(con: duckdb.DuckDBPyConnection, path: Path) -> list[str] | Finding:
    try:
        if path.suffix == ".parquet":
            found = con.execute("select * from read_parquet(?) limit 0", [str(path)])
            return [column[0] for column in found.description]
        with path.open(encoding="utf-8-sig", newline="") as text:
            names = [name.strip() for name in next(csv.reader(text), [])]
    except (duckdb.Error, UnicodeDecodeError, csv.Error) as error:
        return _unreadable(path, error)
    if not any(names) or len(set(names)) < len(names):
        return Finding(path.name, (1,), f"the heading is {','.join(names)!r}", "one name a column")
    return names


def _source(path: Path, names: list[str]) -> str:
    """Return SQL for the file as text, in the order of its rows."""
    quoted = [name.replace('"', '""').replace("'", "''") for name in names]
    name = str(path).replace("'", "''")
    if path.suffix == ".parquet":
        fields = ", ".join(f'cast("{column}" as varchar) as "{column}"' for column in quoted)
        return f"select {fields} from read_parquet('{name}')"
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in quoted)
    return (
        f"select * from read_csv('{name}', header = true, auto_detect = false, delim = ',', "
        f"quote = '\"', escape = '\"', columns = {{{types}}})"
    )


def _unreadable(path: Path, error: Exception) -> Finding:
    text = " ".join(str(error).split())
    line = re.search(r"CSV Error on Line: (\d+)", text)
    counts = re.search(r"Expected Number of Columns: \d+ Found: \d+", text)
    return Finding(
        path.name,
        (int(line.group(1)),) if line else (),
        counts.group(0) if counts else f"it cannot be read ({text[:160]})",
        "UTF-8 text with commas and closed quotes, or Parquet",
    )


def _text_fields(table: str, known: dict[str, str]) -> str:
    """Return SQL for the text of every column, `<name>_`, null where the file has none."""
    return ", ".join(
        f"nullif(trim(\"{known[name]}\"), '') as {name}_"
        if name in known
        else f"cast(null as varchar) as {name}_"
        for name in columns_of(table)
    )


def _bad_values(
    con: duckdb.DuckDBPyConnection, table: str, known: dict[str, str], first: int
) -> list[Finding]:
    columns = columns_of(table)
    optional = frozenset(columns) - frozenset(required_of(table))
    values = " ".join(f"when '{name}' then {name}_" for name in columns)
    shown = ", ".join(f"'{name}=' || {name}_" for name in columns)
    hits = con.execute(
        f"select row, split_part(verdict, ':', 2), case split_part(verdict, ':', 2) {values} end, "
        f"{table_rules.expected(table, columns)}, concat_ws(', ', {shown}) from ("
        f"select *, {table_rules.problem(table, columns, optional, _OPEN_LISTS)} as verdict from ("
        f"select rowid + {first} as row, null as problem, {_text_fields(table, known)} "
        f"from raw_table)) where verdict is not null order by row limit {MOST_FINDINGS}"
    ).fetchall()
    return [
        Finding(table, (row,), f"{column} is {value or ''!r}", expected, (text,))
        for row, column, value, expected, text in hits
    ]


def _create(
    con: duckdb.DuckDBPyConnection, table: str, source: str, known: dict[str, str], first: int
) -> None:
    defaults = DEFAULTS.get(table, {}) | (
        {"valid_from": FIRST_INSTANT, "valid_to": OPEN_INSTANT}
        if table == SUBJECTS
        else {"valid_from": FIRST_DATE, "valid_to": OPEN_DATE}
    )
    typed = ", ".join(
        f"cast(coalesce({table_rules.cast(name, kind)}, {defaults.get(name, 'null')}) as {kind}) "
        f'as "{name}"'
        for name, kind in columns_of(table).items()
    )
    row = f"row + {first}" if known else "null"
    con.execute(
        f"create or replace table {relation(table)} as "
        f"select cast(record_no as bigint) as record_no, {typed} from ("
        f"select {row} as record_no, {_text_fields(table, known)} from ({source}))"
    )


def _make_profiles(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace table rating_profiles as select tenant, category, subject, "
        f"plan_id as plan_ids, valid_from, valid_to, record_no from {relation(SUBJECTS)}"
    )
    con.execute(f"drop table {relation(SUBJECTS)}")
    # A number is dialled without a plus sign.
    con.execute(f"update {relation('friends')} set number = ltrim(number, '+')")
