"""Both engines on one world: the compiled models and the oracle, in the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sql_engine import CALENDAR, CHAIN, SqlEngine
from worlds import World

from rating_udfs.oracle import Charge, rate

COMPARED = (
    "status", "reason_code", "subscription_id", "plan_id", "destination_id", "destination_kind",
    "band_id", "rate_id", "quantity", "charged_quantity", "free_quantity", "unit_price",
    "charge_amount",
)  # fmt: skip


def load(engine: SqlEngine, world: World) -> None:
    """Put a world's rows into the engine."""
    tariff = world.tariff
    engine.put("fct_usage_events", world.events)
    engine.put("dim_identifiers", tariff.identifiers)
    engine.put("dim_subscriptions", tariff.subscriptions)
    engine.put("dim_plans", tariff.plans)
    engine.put("dim_destinations", tariff.destinations)
    engine.put("dim_destination_prefixes", tariff.destination_prefixes)
    engine.put("stg_reference__time_bands", tariff.time_bands)
    holidays = [{"calendar_id": "x", "date": day, "name": "x"} for day in tariff.holidays]
    engine.put("stg_reference__holidays", holidays)
    engine.put("stg_reference__rates", tariff.rates)
    engine.put("dim_rate_cards", tariff.rate_cards)
    engine.put("dim_allowances", tariff.allowances)
    engine.put("dim_tariff_versions", [{"tariff_hash": "x"}])


def rated_by_sql(engine: SqlEngine, world: World) -> dict[str, dict[str, Any]]:
    """Rate a world with the compiled models; one row per usage_id."""
    load(engine, world)
    engine.build(*CALENDAR, *CHAIN)
    rows = engine.rows(f"select cast(usage_id as varchar) as id, {', '.join(COMPARED)} "
                       "from fct_rated_usage")  # fmt: skip
    assert len(rows) == len(world.events), "every event comes out exactly once"
    return {row.pop("id"): row for row in rows}


def rated_by_oracle(world: World) -> dict[str, dict[str, Any]]:
    """Rate a world with the oracle; the same columns as the SQL."""
    charges = rate(world.events, world.tariff)
    return {usage_id: as_row(charge) for usage_id, charge in charges.items()}


def as_row(charge: Charge, columns: Sequence[str] = COMPARED) -> dict[str, Any]:
    """Return the compared columns of a charge."""
    return {column: getattr(charge, column) for column in columns}


def draws_by_sql(engine: SqlEngine) -> dict[str, list[tuple[str, int, int]]]:
    """Return the draw-downs of the last rated world: bucket, used, remaining."""
    draws: dict[str, list[tuple[str, int, int]]] = {}
    for row in engine.rows(
        "select cast(usage_id as varchar) as id, bucket_id, used_quantity, remaining_quantity "
        "from fct_allowance_use order by bucket_id"
    ):
        draws.setdefault(row["id"], []).append(
            (row["bucket_id"], row["used_quantity"], row["remaining_quantity"])
        )
    return draws
