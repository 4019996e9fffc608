"""Row counts and order-independent content hashes of tables, equal for equal rows in any order.

A row's hash is MD5 over its values as text; a table's hash is SHA-256 over its columns, its row
count and the sums of the row hashes' halves. Nothing is written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

# When and in which batch something arrived or was decided: the same files in another order, and the
# same decisions at another hour, differ here only.
ARRIVAL_COLUMNS = frozenset(
    {"first_seen_at", "landed_seq", "batch_id", "run_at", "last_file_at"}
    | {"acted_at", "last_tried_at", "resolved_at"}
)
_NULL = "chr(30)"
_SEPARATOR = "chr(31)"
_LOW_HALF = f"{2**64 - 1}::uhugeint"


@dataclass(frozen=True)
class TableHash:
    """What one table holds: `rows`, the hash of all columns, and of those that carry figures."""

    rows: int
    content_hash: str
    figures_hash: str

    def as_dict(self) -> dict[str, int | str]:
        """Return the manifest's entry for this table."""
        return {
            "rows": self.rows,
            "content_hash": self.content_hash,
            "figures_hash": self.figures_hash,
        }


def quoted(name: str) -> str:
    """Return `name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def columns_of(
    connection: duckdb.DuckDBPyConnection, database: str, table: str
) -> list[tuple[str, str]]:
    """Return (name, type) of each column of `table` in the main schema; none without the table.

    By `describe`: the catalogue's function lists the columns of every database at each call.
    """
    try:
        found = connection.execute(f"describe {quoted(database)}.main.{quoted(table)}").fetchall()
    except duckdb.CatalogException:
        return []
    return [(name, kind) for name, kind, *_ in found]


def _row_text(columns: Iterable[tuple[str, str]]) -> str:
    values = [f"coalesce(cast({quoted(name)} as varchar), {_NULL})" for name, _ in columns]
    return f"concat_ws({_SEPARATOR}, {', '.join(values) or _NULL})"


def _digest(columns: list[tuple[str, str]], rows: int, low: int, high: int) -> str:
    text = repr((columns, rows, int(low), int(high)))
    return hashlib.sha256(text.encode()).hexdigest()


def table_hash(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> TableHash:
    """Return the hash of `database`.main.`table`; one scan of the table."""
    columns = columns_of(connection, database, table)
    figures = [column for column in columns if column[0] not in ARRIVAL_COLUMNS]
    chosen = [columns] if figures == columns else [columns, figures]
    # MD5 is most of the work and both halves come from one: DuckDB would compute it twice.
    hashes = [f"md5_number({_row_text(item)}) as row_{at}" for at, item in enumerate(chosen)]
    sums = []
    for at in range(len(chosen)):
        for half in (f"row_{at} >> 64", f"row_{at} & {_LOW_HALF}"):
            sums.append(f"coalesce(sum(cast({half} as hugeint)), 0)")
    found = connection.execute(
        f"select count(*), {', '.join(sums)} from "
        f"(select {', '.join(hashes)} from {quoted(database)}.main.{quoted(table)})"
    ).fetchone()
    rows, low, high, *rest = found or (0, 0, 0)
    full = _digest(columns, rows, low, high)
    reduced = _digest(figures, rows, *rest) if rest else full
    return TableHash(rows=int(rows), content_hash=full, figures_hash=reduced)


def table_sum(
    connection: duckdb.DuckDBPyConnection, database: str, table: str
) -> tuple[list[tuple[str, str]], int, int]:
    """Return what two copies of a table have in common: columns, rows, the sum of row hashes.

    A sixth of the work of `table_hash`, but DuckDB's own hash: only for two tables that one
    process compares, never to be kept.
    """
    columns = columns_of(connection, database, table)
    values = ", ".join(quoted(name) for name, _ in columns) or "null"
    found = connection.execute(
        f"select count(*), coalesce(sum(cast(hash({values}) as hugeint)), 0) "
        f"from {quoted(database)}.main.{quoted(table)}"
    ).fetchone()
    rows, total = found or (0, 0)
    return columns, int(rows), int(total)


def content_hash(tables: Mapping[str, TableHash]) -> str:
    """Return the hash of a whole generation: its tables' figures, by name, 64 hex digits."""
    lines = [f"{name} {tables[name].rows} {tables[name].figures_hash}" for name in sorted(tables)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
