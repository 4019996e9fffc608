"""Both engines on one world: the models and the oracle, in the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sql_engine import SqlEngine
from worlds import World

from rating_udfs.oracle import Charge, quantity_of, rate
from rating_udfs.oracle_clock import to_local

OPEN_DATE, OPEN_INSTANT = date(9999, 12, 31), datetime(9999, 12, 31)  # noqa: DTZ001 - naive UTC
FIRST_DATE = date(1900, 1, 1)
TARIFF_TABLES = (
    "plans", "destinations", "destination_prefixes", "origin_zones", "time_bands", "holidays",
    "rates", "rate_cards", "allowances", "friends", "zero_rated", "discounts", "charge_caps",
)  # fmt: skip
COMPARED = (
    "status", "reason_code", "subscription_id", "plan_id", "rate_card_id", "destination_id",
    "destination_kind", "matched_prefix", "origin_zone", "band_id", "rate_id", "quantity",
    "charged_quantity", "free_quantity", "unit_price", "gross_amount", "discount_amount",
    "allowance_amount", "cap_amount", "charge_amount", "currency", "tax_class",
)  # fmt: skip
# What a suspended event shows of a price it did not get is of no account.
ONLY_RATED = frozenset({
    "rate_card_id", "destination_id", "destination_kind", "matched_prefix", "band_id", "rate_id",
    "currency", "tax_class",
})  # fmt: skip
Draws = dict[str, list[tuple[str, date, int, int]]]


def load(engine: SqlEngine, world: World) -> None:
    """Put a world's rows into the engine."""
    tariff = world.tariff
    engine.put("fct_usage_events", [_event(event, tariff.time_zone) for event in world.events])
    for table in ("identifiers", "subscriptions"):
        engine.put(f"dim_{table}", [_closed(row, OPEN_INSTANT) for row in getattr(tariff, table)])
    for table in TARIFF_TABLES:
        rows = [_closed(row, OPEN_DATE) for row in getattr(tariff, table)]
        if table == "destination_prefixes":
            rows = [row | {"declared_no": number} for number, row in enumerate(rows)]
        engine.put(f"stg_reference__{table}", rows)
    for table in ("dim_agreements", "dim_agreement_rates", "dim_trunks", "dim_partner_networks"):
        engine.put(table, [])
    engine.put("dim_tariff_versions", [{"tariff_hash": "x"}])


def rated_by_sql(engine: SqlEngine, world: World) -> dict[str, dict[str, Any]]:
    """Rate a world with the models; one row per usage_id."""
    load(engine, world)
    engine.build()
    rows = engine.rows(f"select cast(usage_id as varchar) as id, {', '.join(COMPARED)} "
                       "from int_rating__rated")  # fmt: skip
    assert len(rows) == len(world.events), "every event comes out exactly once"
    return {row.pop("id"): _shown(row) for row in rows}


def rated_by_oracle(world: World) -> dict[str, dict[str, Any]]:
    """Rate a world with the oracle; the same columns as the SQL."""
    charges = rate(world.events, world.tariff)
    return {usage_id: as_row(charge) for usage_id, charge in charges.items()}


def as_row(charge: Charge) -> dict[str, Any]:
    """Return the compared columns of a charge."""
    return _shown({column: getattr(charge, column) for column in COMPARED})


def draws_by_sql(engine: SqlEngine) -> Draws:
    """Return the draw-downs of the last rated world: bucket, period, used, remaining."""
    draws: Draws = {}
    for row in engine.rows(
        "select cast(usage_id as varchar) as id, bucket_id, period_start, used_quantity, "
        "remaining_quantity from fct_allowance_use order by all"
    ):
        identity = row.pop("id")
        draws.setdefault(identity, []).append(tuple(row.values()))
    return draws


def draws_by_oracle(world: World) -> Draws:
    """Return the same draw-downs of the oracle."""
    charges = rate(world.events, world.tariff)
    return {key: sorted(charge.draws) for key, charge in charges.items() if charge.draws}


def _event(event: Mapping[str, Any], time_zone: str) -> dict[str, Any]:
    started_at = event["started_at"]
    length = timedelta(seconds=quantity_of(event) if event["service_type"] == "voice" else 0)
    return dict(event) | {
        "is_continued": event.get("is_continued", False),
        "ended_at": started_at + length,
        "started_local": to_local(started_at, time_zone),
    }


def _closed(row: Mapping[str, Any], end: date) -> dict[str, Any]:
    """Return a row with both ends of its validity given, as staging gives them."""
    closed = dict(row)
    if "valid_from" in row:
        closed["valid_from"] = row["valid_from"] or FIRST_DATE
        closed["valid_to"] = row["valid_to"] or end
    return closed


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    hidden = ONLY_RATED if row["status"] == "suspended" else frozenset()
    return {name: value for name, value in row.items() if name not in hidden}
