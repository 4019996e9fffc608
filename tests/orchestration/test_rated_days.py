"""A day is rated again when its events moved, and never left out when they did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from orchestration import phases as order
from orchestration.build_state import NodeResult, database_path
from orchestration.day_builds import DayBuild
from orchestration.planning import DayRange, Plan
from orchestration.project import Fingerprints
from orchestration.rated_days import changed_days, doubt, remember

FIRST, SECOND, THIRD = (date(2026, 10, 30 + at) if at < 2 else date(2026, 11, 1) for at in range(3))
ALL = [DayRange(FIRST, THIRD)]
NODES = {"model.batches": "batches", "model.table": "table"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.warehouse.mkdir()
    ask(
        home,
        """
        create table fct_usage_events as
        select
            usage_id,
            date '2026-10-30' + cast(usage_id // 10 as integer) as usage_date,
            usage_date + to_seconds(usage_id) as started_local,
            60 as duration_s
        from range(20) as ids (usage_id)
        """,
    )
    return home


def ask(home: Home, sql: str) -> None:
    with duckdb.connect(str(database_path(home))) as connection:
        connection.execute(sql)


class Session:
    """A dbt session that only notes what it is asked for."""

    def __init__(self, status: str = "success") -> None:
        self.built: list[tuple[str, list[str]]] = []
        self.status = status

    def microbatches(self) -> frozenset[str]:
        return frozenset(["model.batches"])

    def build(self, nodes: Mapping[str, str], *, days: DayRange, **_: Any) -> list[NodeResult]:
        self.built.append((str(days), sorted(nodes.values())))
        return [
            NodeResult(key, name, "model", self.status, 0.1, 0, "", "")
            for key, name in nodes.items()
        ]


def run(
    home: Home, session: Session, phase: str = order.RATING, **changes: Any
) -> list[NodeResult]:
    hashes = Fingerprints("c", "r", "p")
    plan = Plan("build", False, ALL, 2, FIRST, hashes, "new records")
    plan = Plan(**(vars(plan) | changes))
    days = DayBuild(home, plan, phase, "Rating usage")
    return days.run(session, NODES, None, None)  # type: ignore[arg-type]


def test_days_never_rated_have_changed(home: Home) -> None:
    assert changed_days(home, ALL) == {FIRST, SECOND, THIRD}


@pytest.mark.parametrize(
    "change",
    [
        "insert into fct_usage_events values (99, '2026-10-31', '2026-10-31 10:00:00', 60)",
        "delete from fct_usage_events where usage_id = 15",
        "update fct_usage_events set duration_s = 61 where usage_id = 15",
        "insert into fct_usage_events select * from fct_usage_events where usage_id = 15",
    ],
)
def test_a_day_has_changed_when_any_of_its_events_did(home: Home, change: str) -> None:
    remember(home, ALL)
    ask(home, change)
    assert changed_days(home, ALL) == {SECOND}


def test_a_day_written_again_with_the_same_events_has_not_changed(home: Home) -> None:
    remember(home, ALL)
    ask(
        home,
        "create or replace table fct_usage_events as from fct_usage_events order by usage_id desc",
    )
    assert changed_days(home, ALL) == set()


def test_only_changed_and_surely_dirty_days_are_rated(home: Home) -> None:
    run(home, first := Session())
    assert first.built == [("2026-10-30..2026-11-01", ["batches", "table"])]
    ask(home, "delete from fct_usage_events where usage_id = 5")
    run(home, second := Session(), rated=[DayRange(THIRD, THIRD)])
    assert [days for days, _ in second.built] == ["2026-10-30", "2026-11-01"]


def test_a_rating_that_failed_is_done_again(home: Home) -> None:
    run(home, Session())
    ask(home, "delete from fct_usage_events where usage_id = 5")
    run(home, Session("error"))
    run(home, again := Session())
    assert [days for days, _ in again.built] == ["2026-10-30"]


def test_a_rating_that_was_cut_off_is_done_again(home: Home) -> None:
    remember(home, ALL)
    doubt(home, [DayRange(SECOND, SECOND)])
    assert changed_days(home, ALL) == {SECOND}


def test_without_a_changed_day_only_tables_are_built(home: Home) -> None:
    run(home, Session())
    results = run(home, session := Session())
    assert [nodes for _, nodes in session.built] == [["table"]]
    # Every node says how it ended: the marts wait for all of them.
    assert {result.unique_id: result.status for result in results} == dict.fromkeys(
        NODES, "success"
    )


def test_usage_is_built_over_every_day_and_its_tables_once(home: Home) -> None:
    remember(home, ALL)
    ranges = [DayRange(FIRST, FIRST), DayRange(THIRD, THIRD)]
    run(home, session := Session(), order.USAGE, usage=ranges)
    assert session.built == [
        ("2026-10-30", ["batches", "table"]),
        ("2026-11-01", ["batches"]),
    ]
