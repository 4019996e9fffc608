"""Random rates, bands, cards, decks and plans: everything that decides a price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from world_basics import (
    BAND_SETS,
    BANDS,
    CARDS,
    DESTINATIONS,
    EDGES,
    NETWORKS,
    PLANS,
    RATES,
    SERVICES,
    ZONE,
    ZONES,
    Rows,
    numbers,
    prices,
    small_or_no_price,
    validity,
    versions,
)  # fmt: skip

from rating_udfs.oracle_tables import fill_defaults

INCREMENTS = [1, 1, 6, 30, 60, 60, 1000]


@st.composite
def rate_rows(draw: st.DrawFn, rate_id: str) -> Rows:
    """Tiers of one rate: some boundaries are a whole number of increments, some are not."""
    start, rows = 0, []
    for _ in range(draw(st.integers(1, 4))):
        increment = draw(st.sampled_from(INCREMENTS))
        rows.append({
            "rate_id": rate_id, "tier_start": start, "unit_price": draw(prices),
            "unit_size": draw(st.sampled_from([1, 60, 60, 1000, 1048576])), "increment": increment,
            "setup_fee": draw(small_or_no_price), "minimum_charge": draw(small_or_no_price),
        })  # fmt: skip
        start += draw(st.integers(1, 20).map(increment.__mul__) | st.integers(1, 200))
    return rows


@st.composite
def band_rows(draw: st.DrawFn, band_set_id: str) -> Rows:
    """Bands that may overlap, leave gaps and live in another zone; never two of equal rank."""
    zone = draw(st.sampled_from(
        [ZONE, None, None, "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
    ))  # fmt: skip
    rows = draw(st.lists(st.fixed_dictionaries({
        "band_set_id": st.just(band_set_id),
        "band_id": st.sampled_from(BANDS),
        "years": st.sampled_from(["*any", "*any", "2025;2026", "2025"]),
        "months": st.sampled_from(["*any", "*any", "4;10", "3"]),
        "month_days": st.sampled_from(["*any", "*any", "1;2;3;28;29;31"]),
        "weekdays": st.sampled_from(["*any", "1;2;3;4;5", "6;7", "7"]),
        "holiday": st.sampled_from(["no", "no", "yes"]),
        "holiday_calendar_id": st.sampled_from([None, "h1", "h2"]),
        "starts_at": st.sampled_from(
            ["00:00", "00:00", "02:00", "02:30", "08:00", "20:30", "23:59:30", "02:00:01"]
        ),
        "weight": st.sampled_from([10, 20]),
        "time_zone": st.just(zone),
    }), max_size=5, unique_by=lambda row: (row["weight"], row["starts_at"][:8])))  # fmt: skip
    # Most sets cover the whole week, as the gate demands; a gap must suspend all the same.
    if draw(st.integers(0, 3)):
        rows.append({"band_set_id": band_set_id, "band_id": draw(st.sampled_from(BANDS)),
                     "starts_at": "00:00", "weight": 5, "time_zone": zone})  # fmt: skip
    return fill_defaults("time_bands", rows)


@st.composite
def card_rows(draw: st.DrawFn) -> Rows:
    """Rows that compete for the same events; equal ones happen."""
    random_row = st.fixed_dictionaries({
        "rate_card_id": st.sampled_from(CARDS),
        "service_type": st.sampled_from(["voice"] * 4 + ["sms", "data"]),
        "direction": st.sampled_from(["out"] * 9 + ["in"]),
        "origin_zone": st.sampled_from(["*any"] * 6 + [*ZONES]),
        "destination_id": st.sampled_from([*DESTINATIONS * 2, "*any", "*friends", "*friends"]),
        "band_set_id": st.sampled_from(BAND_SETS),
        "band_id": st.sampled_from(["*any", "*any", *BANDS]),
        "weight": st.integers(10, 14),
        "window": validity(),
    })  # fmt: skip
    rows = draw(st.lists(random_row, min_size=8, max_size=24))
    rows += [
        {"rate_card_id": card, "service_type": service, "band_set_id": None, "weight": 1,
         "window": {"valid_from": None, "valid_to": None}}
        for card in CARDS for service in SERVICES if draw(st.integers(0, 3))
    ]  # fmt: skip
    return fill_defaults("rate_cards", [_with_terms(draw, row) for row in rows])


def _with_terms(draw: st.DrawFn, row: dict[str, Any]) -> dict[str, Any]:
    window = row.pop("window")
    return row | window | {
        "rate_id": draw(st.sampled_from(RATES)),
        "rounding_mode": draw(st.sampled_from(["half_up", "half_even", "up", "down"])),
        "rounding_decimals": draw(st.integers(0, 6)),
        "maximum_charge": draw(st.sampled_from([None, None, None, Decimal("1.5"), Decimal(40)])),
        "maximum_charge_policy": draw(st.sampled_from(["free", "free", "disconnect"])),
        "band_edge_rule": draw(st.sampled_from(["exact", "exact", "started_block"])),
        "currency": "EUR",
        "tax_class": draw(st.sampled_from(["standard", "reduced"])),
    }  # fmt: skip


@st.composite
def deck_rows(draw: st.DrawFn) -> Rows:
    """Prefixes of one or two digits, so that they nest and several destinations share one."""
    prefix = st.text(alphabet="12", min_size=1, max_size=2)
    columns = {
        "destination_id": st.sampled_from(DESTINATIONS),
        "prefix": prefix,
        "window": validity(),
    }
    rows = draw(st.lists(
        st.fixed_dictionaries(columns), min_size=2, max_size=10,
        unique_by=lambda row: (row["destination_id"], row["prefix"]),
    ))  # fmt: skip
    return fill_defaults("destination_prefixes", [row | row.pop("window") for row in rows])


@st.composite
def origin_rows(draw: st.DrawFn) -> Rows:
    """Zones by serving network and by digits of the A-number."""
    value = st.tuples(st.just("prefix"), numbers) | st.tuples(
        st.just("plmn"), st.sampled_from(NETWORKS)
    )
    rows = draw(st.lists(st.tuples(value, st.sampled_from(ZONES), validity()), max_size=5,
                         unique_by=lambda row: row[0]))  # fmt: skip
    return fill_defaults("origin_zones", [
        {"kind": kind, "value": text, "origin_zone": zone} | window
        for (kind, text), zone, window in rows
    ])  # fmt: skip


@st.composite
def plan_rows(draw: st.DrawFn) -> Rows:
    """Plans with one or two versions; each falls back only to later ones, so never in a circle."""
    rows = []
    for number, plan in enumerate(PLANS):
        others = st.lists(st.sampled_from([*PLANS[number + 1 :], "p_unknown"]), max_size=2)
        rows += [
            {"plan_id": plan, "payment_kind": "postpaid",
             "rate_card_id": draw(st.sampled_from(CARDS)),
             "fallback_plan_ids": ";".join(p for p in draw(others) if p in PLANS),
             "fallback_depth": draw(st.sampled_from([None, 0, 1, 1, 2]))} | window
            for window in draw(versions())
        ]  # fmt: skip
    return fill_defaults("plans", rows)


@st.composite
def holiday_rows(draw: st.DrawFn) -> Rows:
    """Holidays of two calendars on the days a world lives in."""
    days = st.tuples(st.sampled_from(["h1", "h2"]), st.sampled_from(EDGES))
    return [
        {"calendar_id": calendar, "date": day, "name": "holiday"}
        for calendar, day in sorted(draw(st.sets(days, max_size=3)))
    ]


destination_rows = st.tuples(
    *[st.sampled_from(["onnet", "national", "international"])] * len(DESTINATIONS)
).map(
    lambda kinds: [
        {"destination_id": name, "kind": kind}
        for name, kind in zip(DESTINATIONS, kinds, strict=True)
    ]
)


@st.composite
def price_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Every table that decides a price, by its name."""
    return {
        "plans": draw(plan_rows()),
        "destinations": draw(destination_rows),
        "destination_prefixes": draw(deck_rows()),
        "origin_zones": draw(origin_rows()),
        "time_bands": [row for name in BAND_SETS for row in draw(band_rows(name))],
        "holidays": draw(holiday_rows()),
        "rates": [row for rate in RATES for row in draw(rate_rows(rate))],
        "rate_cards": draw(card_rows()),
    }
