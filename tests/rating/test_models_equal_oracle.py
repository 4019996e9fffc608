"""The models and the oracle agree on random tariffs and events, to the last decimal."""

from __future__ import annotations

import pytest
from chain import draws_by_oracle, draws_by_sql, rated_by_oracle, rated_by_sql
from hypothesis import HealthCheck, Phase, given, settings
from sql_engine import SqlEngine
from world_changes import that_draws
from worlds import World, worlds

a_world = worlds(max_events=60)
# Worlds are small by design, and each costs a second: shrinking one costs minutes and shows little.
limits = settings(
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def assert_both_agree(engine: SqlEngine, world: World) -> None:
    """Hold that charges and draw-downs are the same, event by event."""
    assert rated_by_sql(engine, world) == rated_by_oracle(world)
    assert draws_by_sql(engine) == draws_by_oracle(world)


@given(world=a_world)
@settings(limits, max_examples=20, derandomize=True)
def test_every_event_is_priced_as_the_oracle_prices_it(engine: SqlEngine, world: World) -> None:
    assert_both_agree(engine, world)


@given(world=a_world.map(that_draws))
@settings(limits, max_examples=8, derandomize=True)
def test_every_bucket_is_drained_as_the_oracle_drains_it(engine: SqlEngine, world: World) -> None:
    assert_both_agree(engine, world)


@pytest.mark.slow
@given(world=a_world)
@settings(limits, max_examples=400, database=None)
def test_new_worlds_are_priced_as_the_oracle_prices_them(engine: SqlEngine, world: World) -> None:
    assert_both_agree(engine, world)
