"""What a reader may rely on: proven controls, a verifiable file, no identifiers, idle runs."""

from __future__ import annotations

import os
import subprocess
import sys

import duckdb

from ingestion.landing import land
from ingestion.synthetic import simulate
from orchestration.generations import Publications
from orchestration.pipeline import run_pipeline
from orchestration.verification import verify
from tests.end_to_end.conftest import Demo


def test_every_blocking_control_passed(demo: Demo) -> None:
    rows = demo.published().execute(
        "select count(*), count(*) filter (where not is_passed) from fct_control_results "
        "where is_blocking"
    )
    evaluated, failed = rows.fetchall()[0]
    assert evaluated > 100
    assert failed == 0


def test_planted_faults_are_seen_by_the_warning_controls(demo: Demo) -> None:
    rows = demo.published().execute(
        "select distinct control_id from fct_control_results where not is_passed"
    )
    assert {row[0] for row in rows.fetchall()} >= {"RA02", "RA11", "RA16"}


def test_the_publication_proves_itself_offline(demo: Demo) -> None:
    _, checks = verify(Publications(demo.home.published))
    assert len(checks) > 15
    assert not [check for check in checks if check.state != "passed"]


def test_a_run_with_nothing_new_publishes_nothing(demo: Demo) -> None:
    before = (demo.home.published / "CURRENT").read_bytes()
    outcome = run_pipeline(demo.home)
    assert outcome.kind == "nothing"
    assert (demo.home.published / "CURRENT").read_bytes() == before


def test_dagster_finds_the_code_location_by_its_module_name(demo: Demo) -> None:
    command = [sys.executable, "-m", "dagster", "definitions", "validate"]
    done = subprocess.run(
        [*command, "-m", "orchestration.definitions"],
        env=os.environ | {"TRUNKLINE_HOME": str(demo.home.root), "DAGSTER_HOME": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_identifier_leaves_the_vault(demo: Demo) -> None:
    planted = duckdb.read_parquet(f"{demo.home.vault}/*.parquet").filter("length(value) >= 11")
    values = [value for (value,) in planted.project("value").distinct().fetchall()]
    assert len(values) > 500
    con = demo.published()
    con.execute("create temp table planted as select unnest($1) as value", [values])
    texts = con.execute(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and database_name <> 'temp' and data_type = 'VARCHAR'"
    ).fetchall()
    assert len(texts) > 100
    for table, column in texts:
        found = con.execute(
            f'select count(*) from {table} semi join planted on "{column}" = planted.value'
        ).fetchone()
        assert found == (0,), f"{table}.{column} holds identifiers in clear"


def test_one_more_day_builds_that_day_and_moves_nothing_else(demo: Demo) -> None:
    def by_month() -> dict[str, tuple]:
        rows = demo.published().execute(
            "select bill_month::varchar, count(*), sum(total_amount) from fct_bills group by all"
        )
        return {row[0]: row[1:] for row in rows.fetchall()}

    before = by_month()
    _, end = demo.config.window()
    day = type(demo.config)(
        subscribers=demo.config.subscribers,
        months=demo.config.months,
        only_from=end,
        only_to=end.replace(day=2),
    )
    simulate(day, demo.home.inbox, demo.answers.parent / "answers-of-the-day")
    report = land(demo.home)
    assert all(file.state != "refused" for file in report.files)
    outcome = run_pipeline(demo.home)
    assert outcome.is_new
    assert not outcome.is_full
    after = by_month()
    assert {month: after[month] for month in before} == before
    reach = demo.published().execute("select max(measured_on)::varchar from fct_cell_days")
    assert reach.fetchall() == [(end.isoformat(),)]
