"""Few days are built one by one, many of them by whole months."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration import dbt_runner
from orchestration.dbt_runner import DbtSession
from orchestration.planning import DayRange

PROJECT = "{name: tiny, version: '1.0', profile: tiny, flags: {send_anonymous_usage_stats: false}}"
MODEL = """
{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='day',
    batch_size='day', begin='2026-01-01'
) }}
select
    cast('{{ model.batch.event_time_start }}' as timestamp) as day,
    cast('{{ model.batch.event_time_end }}' as timestamp) as until
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Give the home of a project with one microbatch model, whose rows say their batch."""
    models = tmp_path / "project" / "models"
    models.mkdir(parents=True)
    warehouse = tmp_path / "w.duckdb"
    profiles = f"{{tiny: {{target: a, outputs: {{a: {{type: duckdb, path: '{warehouse}'}}}}}}}}"
    (models.parent / "dbt_project.yml").write_text(PROJECT)
    (models.parent / "profiles.yml").write_text(profiles)
    (models / "batches.sql").write_text(MODEL)
    monkeypatch.setattr(dbt_runner, "ROOT", models.parent)
    return Home(tmp_path / "home")


@pytest.mark.parametrize(
    ("first", "last", "wanted"),
    [
        pytest.param(
            date(2026, 3, 31), date(2026, 4, 1),
            [("2026-03-31", "2026-04-01"), ("2026-04-01", "2026-04-02")], id="two days",
        ),
        pytest.param(
            date(2026, 3, 20), date(2026, 5, 2),
            [("2026-03-01", "2026-04-01"), ("2026-04-01", "2026-05-01"),
             ("2026-05-01", "2026-06-01")], id="six weeks",
        ),
    ],
)  # fmt: skip
def test_a_long_range_is_built_by_months(
    home: Home, tmp_path: Path, first: date, last: date, wanted: list[tuple[str, str]]
) -> None:
    (result,) = DbtSession(home).build(["model.tiny.batches"], days=DayRange(first, last))
    assert not result.is_bad, result.message
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        found = connection.execute(
            "select day::date::varchar, until::date::varchar from batches order by all"
        ).fetchall()
    assert found == wanted
