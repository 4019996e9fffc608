"""The proof of a what-if: what is rated again equals what the ledger says, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.whatif.compare import differences
from orchestration.whatif.scenario import Scenario

SCENARIO = Scenario("a", Path(), date(2026, 3, 1), date(2026, 4, 1), {})
LEDGER = """
    values
        ('u1', 'retail', 'rated', null, 1.5, 'EUR', date '2026-03-01'),
        ('u1', 'transit', 'suspended', 'no_rate', null, null, date '2026-03-01'),
        ('u2', 'retail', 'rated', null, 2.5, 'EUR', date '2026-04-01'),
        ('u3', 'retail', 'rated', null, 9, 'EUR', date '2026-05-01')
"""
COLUMNS = "usage_id, rating_run, status, reason_code, charge_amount, currency, usage_month"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a warehouse with three months of ledger, and two of them rated again alike."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as build")
        for table in ("fct_rated_usage", "int_rating__rated"):
            con.execute(
                f"create table build.main.{table} as select *, usage_month as started_local "
                f"from ({LEDGER}) as rows ({COLUMNS})"
            )
        con.execute("create table build.main.dim_closed_months (month date)")
        con.execute(
            "create temp table rated as from build.main.fct_rated_usage "
            "where usage_month < date '2026-05-01'"
        )
        yield con


def test_the_same_rows_prove_the_baseline(con: duckdb.DuckDBPyConnection) -> None:
    assert differences(con, SCENARIO) == 0


@pytest.mark.parametrize(
    "change",
    [
        "update rated set charge_amount = 1.6 where usage_id = 'u1' and rating_run = 'retail'",
        "update rated set reason_code = 'no_plan' where rating_run = 'transit'",
        "update rated set currency = 'USD' where usage_id = 'u2'",
        "update rated set status = 'suspended', charge_amount = null where usage_id = 'u2'",
        "delete from build.main.fct_rated_usage where usage_id = 'u2'",
        "delete from rated where usage_id = 'u2'",
        "insert into rated from rated where usage_id = 'u2'",
    ],
)
def test_any_other_row_disproves_it(con: duckdb.DuckDBPyConnection, change: str) -> None:
    con.execute(change)
    assert differences(con, SCENARIO) > 0


def test_a_closed_month_is_proved_by_what_rating_would_say(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into build.main.dim_closed_months values (date '2026-03-01')")
    con.execute("update build.main.fct_rated_usage set charge_amount = 7 where usage_id = 'u1'")
    assert differences(con, SCENARIO) == 0
    con.execute("update build.main.fct_rated_usage set charge_amount = 7 where usage_id = 'u2'")
    assert differences(con, SCENARIO) == 1
