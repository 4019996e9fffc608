"""Data tests outside dbt: the same verdicts as dbt, and nothing passes unasked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from orchestration.build_state import Evidence, database_path
from orchestration.data_tests import DataTest, data_test, run_tests, store_tests, stored_tests


def compiled(name: str, sql: str, **config: Any) -> DataTest:
    chosen = {
        "severity": "ERROR",
        "fail_calc": "count(*)",
        "warn_if": "!= 0",
        "error_if": "!= 0",
        "limit": None,
    } | config
    return data_test(
        SimpleNamespace(
            unique_id=f"test.{name}",
            name=name,
            compiled_code=sql,
            config=SimpleNamespace(**chosen),
            depends_on=SimpleNamespace(nodes=["model.numbers"]),
        )
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.warehouse.mkdir()
    with duckdb.connect(str(database_path(home))) as connection:
        connection.execute("create table numbers as select range as number from range(10)")
    return home


NONE = "select * from build.main.numbers where number < 0 -- ends in a comment"
THREE = "select * from build.main.numbers where number < 3"


@pytest.mark.parametrize(
    ("sql", "config", "status", "failures"),
    [
        (NONE, {}, "pass", 0),
        (THREE, {}, "fail", 3),
        (THREE, {"severity": "warn"}, "warn", 3),
        (THREE, {"error_if": "> 3"}, "warn", 3),
        (THREE, {"error_if": "> 3", "warn_if": "> 3"}, "pass", 0),
        (THREE, {"severity": "warn", "error_if": "> 0", "warn_if": "> 5"}, "pass", 0),
        (THREE, {"fail_calc": "sum(number)", "limit": 2}, "fail", 1),
        ("select * from build.main.missing", {}, "error", 0),
    ],
)
def test_a_verdict_is_dbts_verdict(
    home: Home, sql: str, config: dict[str, Any], status: str, failures: int
) -> None:
    (result,) = run_tests(home, [compiled("it", sql, **config)])
    assert (result.status, result.failures) == (status, failures)
    assert result.is_bad == (status in {"fail", "error"})


def test_a_test_of_what_was_not_built_is_skipped_and_blocks(home: Home) -> None:
    (result,) = run_tests(home, [compiled("it", NONE)], broken=["model.numbers"])
    assert result.status == "skipped"
    assert Evidence.read(home).for_audit().failed == [result.line()]


def test_the_answers_are_evidence_with_what_they_were_made_from(home: Home) -> None:
    run_tests(home, [compiled("good", NONE), compiled("bad", THREE)], keys={"test.good": "k"})
    evidence = Evidence.read(home)
    assert set(evidence.standing({"test.good": "k", "test.bad": "k"})) == {"test.good"}
    assert evidence.for_audit().failed == ["test bad: 3 row(s) break it"]


def test_compiled_tests_are_kept_for_one_state_of_the_project(home: Home) -> None:
    tests = [compiled("it", NONE)]
    store_tests(home, "key", tests)
    assert stored_tests(home, "key") == {"test.it": tests[0]}
    assert stored_tests(home, "other") is None


@pytest.mark.parametrize(
    ("added", "since", "verdict"),
    [
        ((), date(2026, 11, 1), ("pass", 0)),
        ((("x", "2026-09-01"),), None, ("fail", 1)),
        ((("x", "2026-09-01"),), date(2026, 11, 1), ("pass", 0)),
        ((("x", "2026-11-02"),), date(2026, 11, 1), ("fail", 1)),
        (((None, "2026-11-02"),), date(2026, 11, 1), ("fail", 1)),
    ],
)
def test_new_rows_are_compared_with_all_and_old_rows_not_again(
    dbt_project: Any,
    home: Home,
    added: tuple[tuple[str | None, str], ...],
    since: date | None,
    verdict: tuple[str, int],
) -> None:
    (sql,) = dbt_project.compiled("grain_is_fct_usage_events_usage_id").values()
    with duckdb.connect(str(database_path(home))) as connection:
        connection.execute(
            "create table fct_usage_events as "
            "select 'x' as usage_id, timestamp '2026-09-01 10:00:00' as started_local"
        )
        for row in added:
            connection.execute("insert into fct_usage_events values (?, ?)", row)
    test = compiled("grain", sql.replace('"memory"', '"build"'))
    (result,) = run_tests(home, [test], changed_from=since)
    assert (result.status, result.failures) == verdict, result.message
