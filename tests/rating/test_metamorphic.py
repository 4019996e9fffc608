"""What must hold of the models whatever the tariff, without a second engine to compare with."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from chain import rated_by_sql
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sql_engine import SqlEngine
from world_changes import (
    NO_TERMS,
    exact_to_six_decimals,
    of_nothing,
    twice_as_dear,
)
from worlds import World, worlds

a_world = worlds(max_events=40)
# The same worlds every time, and none is shrunk: each costs a second.
limits = settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@given(world=a_world, random=st.randoms(use_true_random=False))
@limits
def test_the_order_of_arrival_changes_nothing(
    engine: SqlEngine, world: World, random: Random
) -> None:
    shuffled = list(world.events)
    random.shuffle(shuffled)
    assert rated_by_sql(engine, world) == rated_by_sql(engine, replace(world, events=shuffled))


@given(world=a_world)
@limits
def test_twice_the_prices_is_twice_the_charge_before_rounding(
    engine: SqlEngine, world: World
) -> None:
    tariff = exact_to_six_decimals(replace(world.tariff, **NO_TERMS))
    once = rated_by_sql(engine, replace(world, tariff=tariff))
    twice = rated_by_sql(engine, replace(world, tariff=twice_as_dear(tariff)))
    for usage_id, row in once.items():
        charge = row["charge_amount"]
        assert twice[usage_id]["charge_amount"] == (None if charge is None else charge * 2)


@given(world=a_world)
@limits
def test_an_event_of_quantity_0_costs_nothing(engine: SqlEngine, world: World) -> None:
    for row in rated_by_sql(engine, of_nothing(world)).values():
        assert row["charge_amount"] in (None, 0)
