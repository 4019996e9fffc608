"""The controls about what comes in, as the models judge it, over files that landed.

What belongs here: building these models as dbt compiles them. Landing and judging do not.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from ingestion.home import Home

# In the order in which one reads the other.
MODELS = (
    "int_assurance__streams", "int_assurance__sequences", "fct_file_streams",
    "fct_databases", "int_assurance__files", "dim_controls", "fct_control_results",
)  # fmt: skip
LANDED = {"dim_files": "files", "stg_ledger__database_readings": "database_readings"}
SEEDS = ("file_streams", "controls")
_RELATION = '"memory"."main".'  # as dbt writes it under the lint target


def judge(home: Home, models: dict[str, str], repo_root: Path) -> duckdb.DuckDBPyConnection:
    """Build the models over the ledger of a home, with the rules that are shipped."""
    con = duckdb.connect()
    for name, table in LANDED.items():
        path = home.landing / "ledger" / f"{table}.parquet"
        con.execute(f"create view {name} as select * from read_parquet('{path}')")
    for name in SEEDS:
        path = repo_root / "ingestion" / "reference" / f"{name}.csv"
        con.execute(f"create table {name} as select * from read_csv('{path}')")
    con.execute(
        "create view int_assurance__data_window as select timestamp '2026-03-31' data_to_at"
    )
    for name in MODELS:
        sql = models[name].replace(_RELATION, "")
        if name == "fct_control_results":
            _leave_out_others(con, sql)
        con.execute(f"create table {name} as {sql}")
    return con


def _leave_out_others(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Give every control that is not about files no result."""
    there = {
        name
        for (name,) in con.execute("select table_name from information_schema.tables").fetchall()
    }
    for name in sorted(set(re.findall(r"int_assurance__\w+", sql)) - there):
        con.execute(f"create view {name} as select * from int_assurance__files where false")


def failing(con: duckdb.DuckDBPyConnection, control: str) -> list[str]:
    """Return the scopes in which a control fails."""
    rows = con.execute(
        "select scope_value from fct_control_results where control_id = ? and not is_passed "
        "order by scope_value",
        [control],
    ).fetchall()
    return [scope for (scope,) in rows]
