"""Many small worlds as one, each with names and numbers of its own, so that none meets another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from worlds import World

from rating_udfs.oracle_tables import ANY, FRIENDS, Row, Tariff

NAMES = frozenset({
    "plan_id", "rate_card_id", "rate_id", "band_set_id", "destination_id", "subscription_id",
    "account_id", "customer_id", "calendar_id", "holiday_calendar_id", "pool_id", "value_token",
    "a_token", "b_token", "imsi_token", "number", "visited_plmn", "access_point", "band_id",
})  # fmt: skip
LISTS = frozenset({"fallback_plan_ids", "destination_ids", "band_ids"})
NUMBERS = frozenset({"prefix", "a_prefix", "b_prefix"})
STEP = 10**12


def joined(worlds: Sequence[World]) -> World:
    """Return one world that holds all the given ones apart; usage_ids are `STEP` apart."""
    named = [_renamed(world, number) for number, world in enumerate(worlds)]
    tables: dict[str, Any] = {
        field.name: [row for world in named for row in getattr(world.tariff, field.name)]
        for field in fields(Tariff)
        if field.name != "time_zone"
    }
    first = worlds[0].tariff
    assert {world.tariff.time_zone for world in worlds} == {first.time_zone}
    return World(replace(first, **tables), [event for world in named for event in world.events])


def place_of(usage_id: str) -> tuple[int, str]:
    """Return the number of the world an event comes from and the usage_id it had there."""
    world, own = divmod(UUID(usage_id).int, STEP)
    return world, str(UUID(int=own))


def _renamed(world: World, number: int) -> World:
    tariff = world.tariff
    plans = sorted({row["plan_id"] for row in (*tariff.plans, *tariff.subscriptions)})
    tables: dict[str, Any] = {
        field.name: [
            _row(row, number)
            for given in getattr(tariff, field.name)
            for row in _of_this_world(field.name, given, plans)
        ]
        for field in fields(Tariff)
        if field.name != "time_zone"
    }
    events = [
        _row(event, number)
        | {"usage_id": str(UUID(int=number * STEP + UUID(event["usage_id"]).int))}
        for event in world.events
    ]
    return World(replace(tariff, **tables), events)


def _of_this_world(table: str, row: Row, plans: Iterable[str]) -> Iterable[Row]:
    """Yield a row that speaks of every plan once per plan, unless it can meet this world only."""
    own = {"zero_rated": ("access_point", "destination_id"), "discounts": ("band_ids",)}
    if table in own and row["plan_id"] == ANY and all(row[name] == ANY for name in own[table]):
        return (dict(row) | {"plan_id": plan} for plan in plans)
    return (row,)


def _row(row: Row, number: int) -> dict[str, Any]:
    return {name: _value(name, value, row, number) for name, value in row.items()}


def _value(name: str, value: Any, row: Row, number: int) -> Any:
    if not isinstance(value, str):
        return value
    if name in NUMBERS or (name == "value" and row["kind"] == "prefix"):
        return f"{100 + number}{value}"
    if name in LISTS:
        return ";".join(_name(part, number) for part in value.split(";")) if value else value
    if name in NAMES or name in {"value", "origin_zone"}:
        return _name(value, number)
    return value


def _name(value: str, number: int) -> str:
    return value if value in (ANY, FRIENDS, "") else f"{number}.{value}"
