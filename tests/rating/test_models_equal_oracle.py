"""The models and the oracle agree on random tariffs and events, to the last decimal."""

from __future__ import annotations

from chain import draws_by_sql, rated_by_oracle, rated_by_sql
from hypothesis import HealthCheck, Phase, given, settings
from sql_engine import SqlEngine
from worlds import World, worlds

from rating_udfs.oracle import rate

SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(world=worlds())
# Worlds are small by design; shrinking one further costs minutes and shows little more.
@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=SLOW_DRAWS,
)
def test_every_event_is_priced_as_the_oracle_prices_it(engine: SqlEngine, world: World) -> None:
    assert rated_by_sql(engine, world) == rated_by_oracle(world)
    expected = {
        usage_id: sorted(charge.draws)
        for usage_id, charge in rate(world.events, world.tariff).items()
        if charge.draws
    }
    assert draws_by_sql(engine) == expected
