"""What Dagster sees: assets with their groups, checks, jobs, schedules, sensors."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from ingestion.home import Home
from orchestration import phases as order
from orchestration.definitions import build_defs
from orchestration.defs import automation
from orchestration.defs.automation import build_request, waiting_files
from orchestration.defs.controls import controls
from orchestration.defs.landing import expectation_result
from orchestration.defs.transform import FROM_TAG, TO_TAG, asked_days
from orchestration.errors import PipelineError
from orchestration.expectations import results_path
from orchestration.phases import assign_phases, public_tables
from orchestration.planning import DayRange, Plan
from orchestration.project import Fingerprints


@pytest.fixture(scope="module")
def definitions(manifest: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    before = dict(os.environ)
    home = Home(tmp_path_factory.mktemp("home"))
    yield build_defs({"home": home, "manifest": manifest, "score": lambda _: {}})
    os.environ.clear()
    os.environ.update(before)


def test_the_expected_assets_are_there(definitions: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in definitions.resolve_asset_graph().get_all_asset_keys()}
    expected = {
        "landing/cdrs",
        "landing/product_versions",
        "landing/cell_counters",
        "landing/declarations",
        "landing/payments",
        "landing/field_trace_samples",
        "landing/rate_cards",
        "landing/files",
        "fct_usage_events",
        "fct_rated_usage",
        "fct_bills",
        "fct_settlement_statements",
        "fct_churn_scores",
        "fct_cell_days",
        "fct_trace_cells",
        "fct_control_results",
        "fct_kpi_months",
        "publish",
        "exports",
    }
    assert expected <= keys


def test_every_public_table_is_an_asset_before_publish(
    definitions: dg.Definitions, manifest: dict[str, Any]
) -> None:
    graph = definitions.resolve_asset_graph()
    parents = {key.path[-1] for key in graph.get(dg.AssetKey("publish")).parent_keys}
    assert set(public_tables(manifest)) == parents


def test_usage_tables_have_a_partition_per_day(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for name in ("fct_usage_events", "fct_rated_usage", "fct_settlement_legs"):
        partitions = graph.get(dg.AssetKey(name)).partitions_def
        assert isinstance(partitions, dg.DailyPartitionsDefinition), name
    assert graph.get(dg.AssetKey("fct_bills")).partitions_def is None


def test_the_check_of_a_feed_shows_what_was_judged(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = results_path(home)
    path.parent.mkdir(parents=True)
    duckdb.execute(
        "copy (select 'cdr' as suite, 'mediation' as feed, 'b1' as batch_id, "
        "timestamp '2026-11-01' as run_at, 'not_null' as expectation, column_name, "
        "'critical' as severity, column_name <> 'b_token' as success, '4' as observed "
        f"from (values ('a_token'), ('b_token')) as found(column_name)) to '{path}'"
    )
    found = expectation_result(home, "mediation", dg.AssetKey(["landing", "cdrs"]))
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.ERROR)
    metadata: Any = found.metadata
    rows = [row.data for row in metadata["judged"].records]
    assert [(row["column"], row["met"]) for row in rows] == [
        ("b_token", False), ("a_token", True),
    ]  # fmt: skip
    assert "data_docs" not in metadata
    home.data_docs.mkdir(parents=True)
    (home.data_docs / "index.html").touch()
    metadata = expectation_result(home, "mediation", dg.AssetKey("cdrs")).metadata
    assert metadata["data_docs"].value == str((home.data_docs / "index.html").absolute())


def test_controls_and_expectations_are_checks(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    names = {key.name for key in graph.asset_check_keys}
    assert {row["control_id"] for row in controls()} <= names
    assert "expectations" in names


def test_jobs_schedules_and_sensors_are_there(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    assert {job.name for job in repository.get_all_jobs()} >= {
        "land",
        "build",
        "monthly_settlement",
    }
    assert {item.name for item in repository.schedule_defs} == {"daily", "month_end"}
    assert {item.name for item in repository.sensor_defs} == {"inbox", "dirty_days"}


def test_no_test_runs_before_its_last_parent_is_built(manifest: dict[str, Any]) -> None:
    phases = assign_phases(manifest)
    rank = order.PHASES.index
    for key, phase in phases.items():
        for parent in manifest["parent_map"].get(key, ()):
            if parent in phases:
                assert rank(phases[parent]) <= rank(phase), (key, parent)


def test_rating_reads_usage_by_its_events_only(manifest: dict[str, Any]) -> None:
    phases = assign_phases(manifest)
    nodes = manifest["nodes"]
    daily = {
        key
        for key, phase in phases.items()
        if phase == order.USAGE and key in nodes and nodes[key]["config"].get("event_time")
    }
    read = {
        nodes[parent]["name"]
        for key, phase in phases.items()
        if phase == order.RATING and key.startswith("model.")
        for parent in manifest["parent_map"][key]
        if parent in daily
    }
    # A closed month's snapshot is what its rows were already: taking it over rates nothing anew.
    assert read == {order.EVENTS, "stg_rating__closed_usage"}


def test_a_plan_becomes_one_run_over_its_days(tmp_path: Path) -> None:
    ranges = (
        DayRange(date(2026, 3, 1), date(2026, 3, 2)),
        DayRange(date(2026, 4, 1), date(2026, 4, 1)),
    )
    hashes = Fingerprints("c" * 64, "r" * 64, "p" * 64)
    plan = Plan("build", False, ranges, 9, date(2025, 9, 1), hashes, "late records")
    request = build_request(Home(tmp_path), plan)
    assert request.tags["dagster/asset_partition_range_start"] == "2026-03-01"
    assert request.tags["dagster/asset_partition_range_end"] == "2026-04-01"
    assert request.run_key == "9-cccccccccccc-2026-03-01-2026-04-01"
    # The ledger says again what the run builds: the clean days between are left alone.
    assert asked_days(request.tags) is None
    by_hand = {FROM_TAG: "2026-03-01", TO_TAG: "2026-04-01"}
    assert asked_days(by_hand) == DayRange(date(2026, 3, 1), date(2026, 4, 1))


def test_only_stable_files_wake_the_sensor(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = home.inbox / "mediation"
    folder.mkdir(parents=True)
    (folder / "a.csv.gz").write_bytes(b"a")
    (folder / "b.csv.gz.tmp").write_bytes(b"b")
    now = time.time()
    assert waiting_files(home, now) == []
    assert [item[0] for item in waiting_files(home, now + 60)] == ["mediation/a.csv.gz"]


def test_the_sensor_waits_while_a_run_writes_the_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise PipelineError("build.duckdb is being written by a run")

    monkeypatch.setattr(automation, "make_plan", busy)
    sensor = automation.dirty_days_sensor(Home(tmp_path))
    with dg.build_sensor_context() as context:
        (found,) = sensor(context)
    assert found == dg.SkipReason("build.duckdb is being written by a run")
