"""What must hold whatever the tariff: order does not matter, twice the price costs twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from chain import rated_by_sql
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sql_engine import SqlEngine
from worlds import World, worlds

SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large]
PRICES = ("unit_price", "setup_fee", "minimum_charge")


@given(world=worlds(max_events=12), random=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=SLOW_DRAWS, derandomize=True)
def test_the_order_of_arrival_changes_nothing(
    engine: SqlEngine, world: World, random: Random
) -> None:
    shuffled = list(world.events)
    random.shuffle(shuffled)
    assert rated_by_sql(engine, world) == rated_by_sql(engine, replace(world, events=shuffled))


@given(world=worlds(max_events=12))
@settings(max_examples=15, deadline=None, suppress_health_check=SLOW_DRAWS, derandomize=True)
def test_twice_the_prices_is_twice_the_charge_before_rounding(
    engine: SqlEngine, world: World
) -> None:
    exact = [
        row | {"rounding_decimals": 6, "rounding_mode": "down"} for row in world.tariff.rate_cards
    ]
    # Whole unit sizes of 1 keep six decimals exact, so rounding cannot hide a difference.
    rates = [row | {"unit_size": 1} for row in world.tariff.rates]
    doubled = [row | {price: row[price] * 2 for price in PRICES} for row in rates]
    once = replace(world, tariff=replace(world.tariff, rate_cards=exact, rates=rates))
    twice = replace(world, tariff=replace(world.tariff, rate_cards=exact, rates=doubled))
    charges = {key: row["charge_amount"] for key, row in rated_by_sql(engine, once).items()}
    for key, row in rated_by_sql(engine, twice).items():
        charge = charges[key]
        assert row["charge_amount"] == (None if charge is None else charge * 2)


@given(world=worlds(max_events=12))
@settings(max_examples=10, deadline=None, suppress_health_check=SLOW_DRAWS, derandomize=True)
def test_an_event_of_quantity_0_costs_nothing(engine: SqlEngine, world: World) -> None:
    empty = {"duration_s": 0, "bytes_total": 0, "event_count": 0}
    silent = replace(world, events=[event | empty for event in world.events])
    for row in rated_by_sql(engine, silent).values():
        assert row["charge_amount"] in (None, 0)
