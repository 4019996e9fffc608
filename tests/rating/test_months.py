"""Months rated one after the other, as the warehouse does, come to what one pass over all makes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest
from chain import COMPARED, draws_by_sql, load, rated_by_sql
from hypothesis import HealthCheck, Phase, given, settings
from sql_engine import SqlEngine
from world_basics import ZONE
from world_changes import that_draws
from worlds import World, worlds

EARLIER = "earlier_"
DRAWS = ("int_rating__unit_draws", "int_rating__money_draws")
RATED = f"select cast(usage_id as varchar) as id, {', '.join(COMPARED)} from int_rating__rated"

a_world = worlds(max_events=60).map(that_draws)


@pytest.fixture(scope="module")
def monthly() -> SqlEngine:
    """An engine that goes on from what the tables `earlier_...` say was drawn."""
    return SqlEngine(ZONE, EARLIER)


def by_month(world: World) -> list[World]:
    """Return a world per local month of its events, in order."""
    months: dict[Any, list[Any]] = defaultdict(list)
    for event in world.events:
        months[event["usage_date"].replace(day=1)].append(event)
    return [replace(world, events=months[month]) for month in sorted(months)]


def rated_month_by_month(engine: SqlEngine, one_pass: SqlEngine, world: World) -> tuple[Any, Any]:
    """Rate each month after the one before; return charges and draws of all."""
    for table in DRAWS:  # the columns of the table that the last test of one pass left
        empty = one_pass.con.execute(f"from {table} limit 0").to_arrow_table()
        engine.con.register("empty", empty)
        engine.con.execute(f"create or replace temp table {EARLIER}{table} as from empty")
        engine.con.unregister("empty")
    charges, draws = [], {}
    for month in by_month(world):
        load(engine, month)
        engine.build()
        charges += engine.rows(RATED)
        draws |= draws_by_sql(engine)
        for table in DRAWS:
            engine.con.execute(f"insert into {EARLIER}{table} from {table}")
    return sorted(charges, key=lambda row: row["id"]), draws


# A world costs a second for each of its months, and as much in one pass.
limits = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def assert_months_come_to_one_pass(engine: SqlEngine, monthly: SqlEngine, world: World) -> None:
    """Hold that charges and draws are the same, event by event."""
    rated_by_sql(engine, world)
    charges = sorted(engine.rows(RATED), key=lambda row: row["id"])
    draws = draws_by_sql(engine)
    assert rated_month_by_month(monthly, engine, world) == (charges, draws)


@given(world=a_world)
@settings(limits, max_examples=4, derandomize=True)
def test_months_in_order_come_to_what_one_pass_makes(
    engine: SqlEngine, monthly: SqlEngine, world: World
) -> None:
    assert_months_come_to_one_pass(engine, monthly, world)


@pytest.mark.slow
@given(world=a_world)
@settings(limits, max_examples=40, database=None)
def test_months_of_new_worlds_come_to_what_one_pass_makes(
    engine: SqlEngine, monthly: SqlEngine, world: World
) -> None:
    assert_months_come_to_one_pass(engine, monthly, world)
