"""No model compares every row of one table with every row of another: its cost grows by squares."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.end_to_end.conftest import Demo

# An outer join with a condition on its own side alone has no equality left to hash by.
PAIR_BY_PAIR = "BLOCKWISE_NL_JOIN"
# One side has a row per service, plan or turn, however large the operator.
SMALL = {
    "fct_quarantined_records": "a row per service",
    "int_rating__free_usage": "rows of the tariff",
    "int_rating__money_draws": "no row, or one turn",
    "int_rating__unit_draws": "no row, or one turn",
}


def joins(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[str, str]]:
    """Yield operator and kind of every join in the plan of a query."""
    plan = con.execute(f"explain (format json) {sql}").fetchall()[0][1]
    waiting: list[dict[str, Any]] = json.loads(plan)
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", [])
        if "JOIN" in node["name"]:
            yield node["name"].strip(), node["extra_info"].get("Join Type", "")


def compiled(folder: Path) -> dict[str, str]:
    """Return the SQL of every model by name, of a model built by batches the last one's."""
    files = sorted(path for path in folder.rglob("*.sql") if path.parent.suffix != ".yml")
    return {path.stem.rpartition("_20")[0] or path.stem: path.read_text() for path in files}


def test_an_outer_join_finds_its_rows_by_equality(demo: Demo) -> None:
    models = compiled(demo.home.work / "dbt" / "compiled" / "trunkline" / "models")
    assert len(models) > 200
    with demo.build() as con:
        found = {
            name
            for name, sql in models.items()
            for operator, kind in joins(con, sql)
            if operator == PAIR_BY_PAIR and kind != "INNER"
        }
    assert found - set(SMALL) == set()


def test_a_condition_on_one_side_alone_is_seen() -> None:
    with duckdb.connect() as con:
        con.execute("create table calls as select range as id, range % 2 as kind from range(9)")
        sql = "from calls a left join calls b on a.kind = 1 and a.id = b.id"
        assert (PAIR_BY_PAIR, "LEFT") in set(joins(con, sql))
