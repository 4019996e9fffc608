"""The pricing rules once more, slow and plain: what the SQL must equal to the last decimal.

What belongs here: one event at a time, whole numbers and fractions, written from the rules in
RATING.md and never from the SQL. No table is read and nothing in production imports this module.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from rating_udfs.oracle_arithmetic import charged_units, exact_charge, first_price, round_to
from rating_udfs.oracle_tables import (
    ANY,
    Row,
    Tariff,
    band_at,
    holds,
    quantity_of,
    tiers_of,
    to_local,
)


@dataclass
class Charge:
    """What became of one event; a suspended event has a reason and no money."""

    usage_id: str
    status: str = "suspended"
    reason_code: str | None = None
    subscription_id: str | None = None
    plan_id: str | None = None
    destination_id: str = ANY
    destination_kind: str = ANY
    band_id: str | None = None
    rate_id: str | None = None
    quantity: int = 0
    charged_quantity: int | None = None
    free_quantity: int | None = None
    unit_price: Decimal | None = None
    charge_amount: Decimal | None = None
    draws: list[tuple[str, int, int]] = field(default_factory=list)


def rate(events: Iterable[Row], tariff: Tariff) -> dict[str, Charge]:
    """Price events in the order of (started_at, usage_id).

    Args:
        events: rows with usage_id, service_type, direction, a_token, b_token, imsi_token, b_prefix,
            started_at (naive UTC), duration_s (seconds), bytes_total (bytes), event_count (events).
        tariff: the reference tables.

    Returns:
        One charge per event, by usage_id. Amounts are in the rate card row's currency.
    """
    remaining: dict[tuple[Any, ...], int] = {}
    ordered = sorted(events, key=lambda event: (event["started_at"], event["usage_id"]))
    return {event["usage_id"]: _rate_one(event, tariff, remaining) for event in ordered}


def _rate_one(event: Row, tariff: Tariff, remaining: dict[tuple[Any, ...], int]) -> Charge:
    charge = Charge(usage_id=event["usage_id"], quantity=quantity_of(event))
    local = to_local(event["started_at"], tariff.time_zone)
    is_missing = _set_destination(event, tariff, local.date(), charge)
    plan, charge.reason_code = _plan_of(event, tariff, local.date(), charge)
    if plan is None:
        return charge
    row, reason = _card_row(event, tariff, local.date(), plan["rate_card_id"], charge)
    tiers = tiers_of(tariff.rates, row["rate_id"]) if row else []
    if row is None or not tiers:
        charge.reason_code = "no_destination" if row is None and is_missing else reason or "no_rate"
        return charge
    charge.status = "rated"
    charge.band_id = band_at(tariff, row["band_set_id"], event["started_at"])
    charge.rate_id = row["rate_id"]
    charge.charged_quantity = charged_units(charge.quantity, tiers)
    charge.free_quantity = _draw(event, tariff, local.date(), remaining, charge)
    exact = exact_charge(charge.charged_quantity, charge.free_quantity, tiers)
    charge.charge_amount = round_to(exact, row["rounding_decimals"], row["rounding_mode"])
    charge.unit_price = first_price(charge.charged_quantity, charge.free_quantity, tiers)
    return charge


def _plan_of(event: Row, tariff: Tariff, on: date, charge: Charge) -> tuple[Row | None, str | None]:
    at = event["started_at"]
    column = "imsi_token" if event["service_type"] == "data" else "b_token"
    if event["service_type"] != "data" and event["direction"] == "out":
        column = "a_token"
    owners = {
        row["subscription_id"]
        for row in tariff.identifiers
        if row["value_token"] == event[column] and row["valid_from"] <= at < row["valid_to"]
    }
    if len(owners) != 1:
        return None, "ambiguous_owner" if owners else "no_owner"
    charge.subscription_id = owners.pop()
    versions = [
        row
        for row in tariff.subscriptions
        if row["subscription_id"] == charge.subscription_id
        and row["valid_from"] <= at < row["valid_to"]
    ]
    charge.plan_id = versions[0]["plan_id"] if versions else None
    plans = [r for r in tariff.plans if r["plan_id"] == charge.plan_id and holds(r, on)]
    return (plans[0], None) if plans else (None, "no_plan")


def _set_destination(event: Row, tariff: Tariff, on: date, charge: Charge) -> bool:
    """Fill the destination by longest prefix; return whether one was needed and not found."""
    if event["service_type"] == "data" or event["direction"] != "out":
        return False
    dialled = event["b_prefix"] or ""
    matches = [
        row
        for row in tariff.destination_prefixes
        if dialled.startswith(row["prefix"]) and holds(row, on)
    ]
    if not matches:
        return True
    longest = min(matches, key=lambda row: (-len(row["prefix"]), row["destination_id"]))
    charge.destination_id = longest["destination_id"]
    kinds = {row["destination_id"]: row["kind"] for row in tariff.destinations}
    charge.destination_kind = kinds.get(charge.destination_id, ANY)
    return False


def _card_row(
    event: Row, tariff: Tariff, on: date, rate_card_id: str, charge: Charge
) -> tuple[Row | None, str | None]:
    offers = []
    for row in tariff.rate_cards:
        key = (row["rate_card_id"], row["service_type"], row["direction"])
        if key != (rate_card_id, event["service_type"], event["direction"]) or not holds(row, on):
            continue
        if row["destination_id"] not in (charge.destination_id, ANY):
            continue
        band = band_at(tariff, row["band_set_id"], event["started_at"])
        if row["band_id"] not in (band, ANY):
            continue
        rank = (
            row["destination_id"] == charge.destination_id,
            row["band_id"] != ANY,
            row["weight"],
        )
        offers.append((rank, row))
    if not offers:
        return None, None
    best = max(rank for rank, _ in offers)
    chosen = [row for rank, row in offers if rank == best]
    return (chosen[0], None) if len(chosen) == 1 else (None, "ambiguous_rate")


def _draw(
    event: Row, tariff: Tariff, on: date, remaining: dict[tuple[Any, ...], int], charge: Charge
) -> int:
    if event["direction"] != "out":
        return 0
    buckets = [
        row
        for row in tariff.allowances
        if row["plan_id"] == charge.plan_id
        and row["service_type"] == event["service_type"]
        and holds(row, on)
        and (
            row["destination_kinds"] == ANY
            or charge.destination_kind in row["destination_kinds"].split(";")
        )
    ]
    wanted = charge.charged_quantity or 0
    for row in sorted(buckets, key=lambda row: (row["priority"], row["bucket_id"])):
        cycle = on.replace(day=1)
        key = (charge.subscription_id, charge.plan_id, row["bucket_id"], cycle, row["valid_from"])
        left = remaining.setdefault(key, row["quantity"])
        drawn = min(left, wanted)
        remaining[key] = left - drawn
        if drawn:
            charge.draws.append((row["bucket_id"], drawn, left - drawn))
        wanted -= drawn
    return sum(drawn for _, drawn, _ in charge.draws)
