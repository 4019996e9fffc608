"""Worlds made simpler: what a test leaves out, so that one rule shows.

What belongs here: a world or tariff in, a simpler one out. What must then hold does not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from world_basics import PLANS
from worlds import World

from rating_udfs.oracle_tables import ANY, Row, Tariff

UNITS = ("duration_s", "bytes_total", "event_count")
NO_TERMS: dict[str, Any] = {"allowances": (), "discounts": (), "charge_caps": (), "zero_rated": ()}


def with_columns(rows: Any, **columns: Any) -> list[dict[str, Any]]:
    """Return rows with some columns the same in all of them."""
    return [dict(row) | columns for row in rows]


def that_draws(world: World) -> World:
    """Return a world in which most events find a bucket: any price will do, and any place."""
    anywhere = dict.fromkeys(
        ("destination_kinds", "destination_ids", "band_ids", "origin_zones"), ANY
    )
    cards = with_columns(
        world.tariff.rate_cards, destination_id=ANY, band_id=ANY, origin_zone=ANY, valid_from=None,
        valid_to=None,
    )  # fmt: skip
    first = {(row["rate_card_id"], row["service_type"], row["direction"]): row for row in cards}
    tariff = replace(
        world.tariff,
        rate_cards=list(first.values()),
        allowances=with_columns(world.tariff.allowances, **anywhere),
        zero_rated=(),
    )
    return World(tariff=without_a_break(tariff), events=with_columns(world.events, direction="out"))


def of_nothing(world: World) -> World:
    """Return a world in which every event has the quantity 0."""
    return replace(world, events=with_columns(world.events, **dict.fromkeys(UNITS, 0)))


def exact_to_six_decimals(tariff: Tariff) -> Tariff:
    """Return prices per single unit, all decimals kept: rounding cannot hide a difference."""
    cards = with_columns(tariff.rate_cards, rounding_decimals=6, rounding_mode="half_up")
    return replace(tariff, rate_cards=cards, rates=with_columns(tariff.rates, unit_size=1))


def twice_as_dear(tariff: Tariff) -> Tariff:
    """Return a tariff with every price, fee, minimum and maximum doubled."""
    prices, limit = ("unit_price", "setup_fee", "minimum_charge"), "maximum_charge"
    return replace(
        tariff,
        rates=[row | {price: row[price] * 2 for price in prices} for row in tariff.rates],
        rate_cards=[
            row | {limit: None if row[limit] is None else row[limit] * 2}
            for row in tariff.rate_cards
        ],
    )


def without_a_break(tariff: Tariff) -> Tariff:
    """Return who stays under one plan after the other, each with a version on every day.

    A call that outlives its plan goes on under it; a second part that starts later does not.
    """
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(tariff.subscriptions, key=lambda row: row["valid_from"]):
        known = row["plan_id"] if row["plan_id"] in PLANS else PLANS[0]
        versions[row["subscription_id"]].append(row | {"plan_id": known, "status": "active"})
    held = [
        row | {"valid_to": later["valid_from"] if later else None}
        for rows in versions.values()
        for row, later in zip_longest(rows, rows[1:])
    ]
    first = {row["plan_id"]: row for row in reversed(tariff.plans)}
    plans = [
        row | ({"valid_from": None} if row is first[row["plan_id"]] else {}) for row in tariff.plans
    ]
    return replace(tariff, subscriptions=held, plans=plans)
