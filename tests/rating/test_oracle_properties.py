"""What must hold whatever the tariff, of the rules themselves: the oracle alone, so it is fast."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from world_changes import (
    NO_TERMS,
    UNITS,
    exact_to_six_decimals,
    of_nothing,
    twice_as_dear,
    with_columns,
    without_a_break,
)
from worlds import World, worlds

from rating_udfs.oracle import Charge, rate
from rating_udfs.oracle_clock import to_local
from rating_udfs.oracle_tables import ANY, Row, Tariff, holds

REASONS = {
    "no_owner", "ambiguous_owner", "no_plan", "no_destination", "no_rate", "ambiguous_rate",
    "charge_too_large",
}  # fmt: skip

a_world = worlds(max_events=15)
randoms = st.randoms(use_true_random=False)
# The same worlds every time, and none is shrunk: that costs minutes and shows little more.
limits = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rated(events: list[dict[str, Any]], tariff: Tariff) -> list[tuple[Row, Charge]]:
    charges = rate(events, tariff)
    pairs = [(event, charges[event["usage_id"]]) for event in events]
    return [(event, charge) for event, charge in pairs if charge.status == "rated"]


@given(world=a_world)
@limits
def test_every_event_is_rated_or_suspended_with_a_known_reason(world: World) -> None:
    charges = rate(world.events, world.tariff)
    assert set(charges) == {event["usage_id"] for event in world.events}
    for charge in charges.values():
        is_rated = charge.status == "rated"
        assert is_rated == (charge.reason_code is None)
        assert is_rated == (charge.charge_amount is not None)
        assert is_rated or (charge.reason_code in REASONS and not charge.segments)


@given(world=a_world)
@limits
def test_gross_less_everything_taken_off_is_the_charge(world: World) -> None:
    for _, charge in rated(world.events, world.tariff):
        taken = (charge.discount_amount, charge.allowance_amount, charge.cap_amount)
        assert charge.gross_amount - sum(taken) == charge.charge_amount
        assert min(*taken, charge.charge_amount) >= 0


@given(world=a_world)
@limits
def test_segments_follow_each_other_up_to_the_charged_quantity(world: World) -> None:
    for event, charge in rated(world.events, world.tariff):
        ends = [0, *(segment.to_quantity for segment in charge.segments)]
        assert [segment.from_quantity for segment in charge.segments] == ends[:-1]
        assert ends == sorted(set(ends))
        assert ends[-1] == charge.charged_quantity >= charge.quantity
        paid = sum(segment.priced_units for segment in charge.segments)
        assert paid == charge.charged_quantity - charge.free_quantity
        if event["service_type"] != "voice":
            assert all(s.starts_at == event["started_at"] for s in charge.segments)


@given(world=a_world)
@limits
def test_no_bucket_gives_more_than_it_was_granted(world: World) -> None:
    accounts = {r["subscription_id"]: r["account_id"] for r in world.tariff.subscriptions}
    scopes = {(r["plan_id"], r["bucket_id"]): r["scope"] for r in world.tariff.allowances}
    granted: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in world.tariff.allowances:
        granted[row["plan_id"], row["bucket_id"]] += row["quantity"]
    used: dict[tuple[Any, ...], int] = defaultdict(int)
    for _, charge in rated(world.events, world.tariff):
        for bucket_id, period_start, units, remaining in charge.draws:
            bucket = (charge.plan_id, bucket_id)
            member = {
                "subscription": charge.subscription_id,
                "account": accounts[charge.subscription_id],
                "pool": None,
            }[scopes[bucket]]
            used[*bucket, member, period_start] += units
            assert units > 0
            assert remaining >= 0
    for (plan_id, bucket_id, *_), units in used.items():
        assert units <= granted[plan_id, bucket_id]


@given(world=a_world)
@limits
def test_no_cap_lets_more_through_than_its_amount(world: World) -> None:
    zone = world.tariff.time_zone
    charged: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for event, charge in rated(world.events, world.tariff):
        on = to_local(event["started_at"], zone).date()
        fitting = {
            row["service_type"]: (number, row["period"])
            for number, row in enumerate(world.tariff.charge_caps)
            if row["plan_id"] == charge.plan_id and holds(row, on)
        }
        # An event counts under the cap of its service, else under that of all services.
        found = fitting.get(event["service_type"], fitting.get(ANY))
        if found:
            number, period = found
            start = on if period == "day" else on.replace(day=1)
            charged[number, charge.subscription_id, start] += charge.charge_amount
    for (number, *_), amount in charged.items():
        assert amount <= world.tariff.charge_caps[number]["cap_amount"]


@given(world=a_world, random=randoms)
@limits
def test_the_order_of_arrival_changes_nothing(world: World, random: Random) -> None:
    shuffled = list(world.events)
    random.shuffle(shuffled)
    assert rate(shuffled, world.tariff) == rate(world.events, world.tariff)


@given(world=a_world)
@limits
def test_without_buckets_and_caps_an_event_is_priced_as_if_alone(world: World) -> None:
    tariff = replace(world.tariff, allowances=(), charge_caps=())
    together = rate(world.events, tariff)
    for event in world.events:
        assert rate([event], tariff)[event["usage_id"]] == together[event["usage_id"]]


@given(world=a_world)
@limits
def test_twice_the_prices_is_twice_the_charge_before_rounding(world: World) -> None:
    once = exact_to_six_decimals(replace(world.tariff, **NO_TERMS))
    twice = rate(world.events, twice_as_dear(once))
    for event, charge in rated(world.events, once):
        assert twice[event["usage_id"]].charge_amount == charge.charge_amount * 2


@given(world=a_world)
@limits
def test_an_event_of_quantity_0_costs_nothing(world: World) -> None:
    for _, charge in rated(of_nothing(world).events, world.tariff):
        assert charge.charge_amount == charge.charged_quantity == charge.free_quantity == 0
        assert charge.unit_price is None
        assert not charge.segments
        assert not charge.draws


@given(world=a_world)
@limits
def test_an_allowance_never_makes_an_event_dearer(world: World) -> None:
    # A cap is left out: what a bucket pays for leaves room under it for a later event.
    tariff = replace(world.tariff, charge_caps=())
    bare = rate(world.events, replace(tariff, allowances=()))
    for event, charge in rated(world.events, tariff):
        assert charge.charge_amount <= bare[event["usage_id"]].charge_amount


@given(world=a_world, random=randoms)
@limits
def test_a_longer_event_never_costs_less_when_blocks_keep_their_price(
    world: World, random: Random
) -> None:
    """Under `exact` it may: a call that reaches the cheaper band has a part of its block there."""
    bare = exact_to_six_decimals(replace(world.tariff, **NO_TERMS))
    cards = with_columns(bare.rate_cards, band_edge_rule="started_block")
    tariff = replace(bare, rate_cards=cards)
    more = random.randrange(1, 100)
    longer = [event | {unit: event[unit] + more for unit in UNITS} for event in world.events]
    charges = rate(longer, tariff)
    for event, charge in rated(world.events, tariff):
        other = charges[event["usage_id"]]
        assert other.status == "suspended" or other.charge_amount >= charge.charge_amount


def seconds_without_floor_or_cap(tariff: Tariff) -> Tariff:
    """One tier of single seconds, no minimum, no maximum, and nothing settled at the start."""
    always = {"valid_from": None, "valid_to": None}
    first_tiers = [row for row in tariff.rates if row["tier_start"] == 0]
    owners = {row["value_token"]: row for row in tariff.identifiers}
    start = min(row["valid_from"] for row in tariff.subscriptions)
    return replace(
        exact_to_six_decimals(replace(tariff, **NO_TERMS, rates=first_tiers)),
        rates=with_columns(first_tiers, unit_size=1, increment=1, minimum_charge=Decimal(0)),
        rate_cards=with_columns(tariff.rate_cards, rounding_decimals=6, maximum_charge=None),
        identifiers=with_columns(owners.values(), valid_from=start, valid_to=None),
        destination_prefixes=with_columns(tariff.destination_prefixes, **always),
        origin_zones=with_columns(tariff.origin_zones, **always),
        friends=with_columns(tariff.friends, **always),
    )


@given(world=a_world, random=randoms)
@limits
def test_a_call_split_at_any_second_costs_what_the_whole_call_costs(
    world: World, random: Random
) -> None:
    if not world.tariff.subscriptions:
        return
    tariff = without_a_break(seconds_without_floor_or_cap(world.tariff))
    calls = [e for e in world.events if e["service_type"] == "voice" and e["duration_s"] > 1]
    for event, charge in rated(calls, tariff):
        at = random.randrange(1, event["duration_s"])
        rest = {
            "usage_id": "rest",
            "started_at": event["started_at"] + timedelta(seconds=at),
            "duration_s": event["duration_s"] - at,
            "is_continued": True,
        }
        parts = rate([event | {"duration_s": at}, event | rest], tariff).values()
        assert sum(part.charge_amount for part in parts) == charge.charge_amount
