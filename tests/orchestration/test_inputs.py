"""Which nodes stand: those that ended well and were made from exactly what is there now."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingestion.home import Home
from orchestration.build_state import Evidence, NodeResult
from orchestration.inputs import landed, node_keys
from orchestration.planning import DayRange, Plan
from orchestration.project import Fingerprints
from orchestration.steps import Progress, standing_nodes


def node(unique_id: str, status: str = "success", inputs: str = "k") -> NodeResult:
    name = unique_id.rsplit(".", 1)[-1]
    return NodeResult(unique_id, name, "model", status, 0.1, 0, "", "", inputs=inputs)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    for name in ("pm/cells/day=1/a", "tmf/orders/b", "tmf/versions/c"):
        path = tmp_path / "landing" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return Home(tmp_path)


def project(home: Home) -> dict[str, Any]:
    """Two sources; `both` reads both, `orders` one, its test reads it."""

    def source(group: str, name: str) -> dict[str, Any]:
        location = f"read_parquet('{home.landing.resolve()}/{group}/{{name}}/**/*.parquet')"
        return {"name": name, "config": {"meta": {"external_location": location}}}

    return {
        "sources": {
            "source.cells": source("pm", "cells"),
            "source.orders": source("tmf", "orders"),
        },
        "parent_map": {
            "source.cells": [],
            "source.orders": [],
            "seed.kinds": [],
            "model.both": ["source.cells", "model.orders"],
            "model.orders": ["source.orders", "seed.kinds"],
            "test.orders": ["model.orders"],
        },
    }


def keys(home: Home, rules: str = "r") -> dict[str, str]:
    return node_keys(project(home), home, landed(home), rules)


def changed(home: Home, before: dict[str, str], rules: str = "r") -> set[str]:
    after = keys(home, rules)
    return {key for key in after if after[key] != before[key]}


def test_a_new_file_changes_the_key_of_what_reads_it_and_of_nothing_else(home: Home) -> None:
    before = keys(home)
    assert changed(home, before) == set()
    (home.landing / "pm" / "cells" / "day=1" / "z.parquet").write_bytes(b"x")
    assert changed(home, before) == {"source.cells", "model.both"}


def test_a_replaced_file_changes_the_key_of_everything_behind_it(home: Home) -> None:
    before = keys(home)
    path = home.landing / "tmf" / "orders" / "b.parquet"
    os.utime(path, (1, 1))
    assert changed(home, before) == {"source.orders", "model.orders", "test.orders", "model.both"}


def test_a_changed_rule_changes_every_key(home: Home) -> None:
    before = keys(home)
    assert changed(home, before, "other") == set(before)


def test_a_source_outside_the_landing_is_never_certain(home: Home) -> None:
    manifest = project(home)
    manifest["sources"]["source.orders"]["config"]["meta"] = {"external_location": "read_csv('/x')"}
    found = node_keys(manifest, home, landed(home), "r")
    assert set(found) == {"source.cells", "seed.kinds"}


def test_only_what_ended_well_on_the_same_inputs_stands() -> None:
    evidence = Evidence()
    evidence.add(
        None,
        [
            node("model.same"),
            node("model.moved", inputs="before"),
            node("model.uncertain", inputs=""),
            node("model.failed", status="error"),
            node("test.warned", status="warn"),
            node("test.failed", status="fail"),
        ],
    )
    now = dict.fromkeys(evidence.nodes, "k") | {"model.uncertain": ""}
    assert set(evidence.standing(now)) == {"model.same", "test.warned"}


def test_what_is_about_to_change_no_longer_stands() -> None:
    evidence = Evidence()
    evidence.add(None, [node("model.a"), node("model.b")])
    evidence.doubt(["model.b", "model.new"])
    assert set(evidence.standing({"model.a": "k", "model.b": "k"})) == {"model.a"}


def test_days_to_build_are_built_and_a_full_run_builds_everything(home: Home) -> None:
    home.warehouse.mkdir()
    evidence = Evidence()
    evidence.add(None, [node("model.a")])
    evidence.write(home)
    day = date(2026, 11, 1)
    hashes = Fingerprints("c", "r", "p")
    marts_only = Plan("build", False, (), 2, day, hashes, "rates of exchange")
    one_day = replace(marts_only, usage=(DayRange(day, day),))
    prices = replace(marts_only, rated=(DayRange(day, day),))
    everything = replace(one_day, is_full=True)

    def standing(plan: Plan, *batches: str, phase: str = "usage") -> set[str]:
        return set(standing_nodes(home, Progress("run", plan), {"model.a": "k"}, phase, batches))

    assert standing(marts_only, "model.a") == {"model.a"}
    assert standing(one_day, "model.a") == set()
    assert standing(one_day) == {"model.a"}
    assert standing(prices, "model.a") == {"model.a"}
    assert standing(prices, "model.a", phase="rating") == set()
    assert standing(everything) == set()
