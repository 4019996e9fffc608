"""The columns of landed tables as Arrow schemas, and as the empty files that carry them.

What belongs here: how a schema is spelt. Which columns a table has lies in schemas.py.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from ingestion.home import Home
from ingestion.schemas import EXPORTS, TABLES


def arrow_schema(columns: Mapping[str, str]) -> pa.Schema:
    """Return the pyarrow schema of DuckDB column types (`TIMESTAMP` is naive UTC, microseconds)."""
    return _arrow_schema(tuple(columns.items()))


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    """Return the one database that is asked: opening one costs more than a small table does."""
    return duckdb.connect(config={"threads": 1})


@cache
def _arrow_schema(columns: tuple[tuple[str, str], ...]) -> pa.Schema:
    with _memory().cursor() as con:
        return con.execute(_empty_select(dict(columns))).to_arrow_table().schema


def _empty_select(columns: Mapping[str, str]) -> str:
    casts = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
    return f"select {casts} where false"


def ensure_schema_files(home: Home) -> None:
    """Write the empty Parquet of every table, so that a reader always finds every column.

    A file that an older version wrote is replaced when the table has columns it lacks.

    Args:
        home: the deployment; its `landing` folder is created when absent.
    """
    wanted = {t.schema_file: t.columns for t in TABLES.values()} | EXPORTS
    with duckdb.connect() as con:
        there = _columns_of(con, home, [path for path in wanted if (home.landing / path).exists()])
        for path, columns in wanted.items():
            if path in there and set(columns) <= there[path]:
                continue
            target = home.landing / path
            target.parent.mkdir(parents=True, exist_ok=True)
            staged = target.with_name(target.name + ".tmp")
            if path in there and path in EXPORTS:
                before = f"select * from read_parquet('{target}')"
                select = f"{_empty_select(columns)} union all by name {before}"
                con.execute(f"copy ({select}) to '{staged}' (format parquet)")
            else:
                staged.write_bytes(_empty_file(tuple(columns.items())))
            staged.replace(target)


@cache
def _empty_file(columns: tuple[tuple[str, str], ...]) -> bytes:
    with TemporaryDirectory() as folder, _memory().cursor() as con:
        path = Path(folder) / "empty.parquet"
        con.execute(f"copy ({_empty_select(dict(columns))}) to '{path}' (format parquet)")
        return path.read_bytes()


def _columns_of(
    con: duckdb.DuckDBPyConnection, home: Home, paths: list[str]
) -> dict[str, set[str]]:
    if not paths:
        return {}
    names = {str(home.landing / path): path for path in paths}
    found = con.execute(
        "select file_name, list(name) from parquet_schema(?) group by file_name", [list(names)]
    ).fetchall()
    return {names[file]: set(columns) for file, columns in found}
