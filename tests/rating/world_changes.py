"""Worlds made simpler: what a test leaves out, so that one rule shows.

What belongs here: a world or tariff in, a simpler one out. What must then hold does not.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from worlds import World

from rating_udfs.oracle_tables import Tariff

UNITS = ("duration_s", "bytes_total", "event_count")
NO_TERMS: dict[str, Any] = {"allowances": (), "discounts": (), "charge_caps": (), "zero_rated": ()}


def with_columns(rows: Any, **columns: Any) -> list[dict[str, Any]]:
    """Return rows with some columns the same in all of them."""
    return [dict(row) | columns for row in rows]


def that_the_models_can_rate(world: World) -> World:
    """Return a world without what the models do not do yet: rollover, parts of a longer event."""
    allowances = with_columns(world.tariff.allowances, rollover_max=0, rollover_periods=0)
    return World(
        tariff=replace(world.tariff, allowances=allowances),
        events=with_columns(world.events, is_continued=False),
    )


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
