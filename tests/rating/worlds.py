"""Random small tariffs and events: few ids and short numbers, so that rules collide often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from rating_udfs.oracle_tables import Tariff, to_local

ZONE = "Europe/Madrid"
FIRST_DAY = date(2026, 3, 24)
# Holds the change to summer time (29 March 2026), a month's end and a weekend.
LAST_DAY = date(2026, 4, 6)
OPEN = date(9999, 12, 31)
EDGES = [date(1900, 1, 1), date(2026, 3, 28), date(2026, 4, 1), date(2026, 4, 3), OPEN]
KINDS = ("onnet", "national", "international")
DESTINATIONS = ("d1", "d2", "d3")
CARDS = ("c1", "c2")
RATES = ("r1", "r2", "r3")
BAND_SETS = ("s1", "s2")
PLANS = ("p1", "p2")
SUBSCRIPTIONS = ("u1", "u2")
TOKENS = ("t1", "t2", "t3")
SERVICES = ("voice", "sms", "data")

minutes = st.sampled_from([
    datetime.fromisoformat(text)
    for text in (
        "2026-03-28 22:59:59", "2026-03-29 00:59:59", "2026-03-29 01:00:00",
        "2026-03-31 21:59:59", "2026-03-31 22:00:00", "2026-04-03 06:00:00",
    )
])  # fmt: skip
instants = minutes | st.builds(
    lambda day, seconds: datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds),
    st.dates(FIRST_DAY, LAST_DAY),
    st.integers(0, 86399),
)
prices = st.integers(0, 2_000_000).map(lambda micro: Decimal(micro).scaleb(-6))
numbers = st.text(alphabet="12", min_size=1, max_size=4)
validity = st.lists(st.sampled_from(EDGES), min_size=2, max_size=2, unique=True).map(sorted)


@dataclass(frozen=True)
class World:
    """A tariff and events for it, as rows both the oracle and the SQL take."""

    tariff: Tariff
    events: list[dict[str, Any]]


def event_row(number: int, **columns: Any) -> dict[str, Any]:
    """Return a usage event; only what differs from an unanswered call need be said."""
    row = {
        "usage_id": str(UUID(int=number)),
        "service_type": "voice",
        "direction": "out",
        "a_token": None,
        "b_token": None,
        "imsi_token": None,
        "b_prefix": None,
        "duration_s": 0,
        "bytes_total": 0,
        "event_count": 0,
    } | columns
    local = to_local(row["started_at"], ZONE)
    return row | {"started_local": local, "usage_date": local.date()}


@st.composite
def rate_rows(draw: st.DrawFn, rate_id: str) -> list[dict[str, Any]]:
    """Tiers of one rate: every boundary is a whole number of the increments before it."""
    unit_size = draw(st.sampled_from([1, 60, 1000, 1048576]))
    start, rows = 0, []
    for _ in range(draw(st.integers(1, 4))):
        increment = draw(st.sampled_from([1, 6, 30, 60, 1000]))
        rows.append({
            "rate_id": rate_id, "tier_start": start, "unit_price": draw(prices),
            "unit_size": unit_size, "increment": increment,
            "setup_fee": draw(st.just(Decimal(0)) | prices),
            "minimum_charge": draw(st.just(Decimal(0)) | prices),
        })  # fmt: skip
        start += increment * draw(st.integers(1, 20))
    return rows


@st.composite
def band_rows(draw: st.DrawFn, band_set_id: str) -> list[dict[str, Any]]:
    """Bands that may overlap, leave gaps and live in another zone."""
    zone = draw(st.sampled_from([ZONE, ZONE, "UTC", None]))
    return draw(st.lists(st.fixed_dictionaries({
        "band_set_id": st.just(band_set_id),
        "band_id": st.sampled_from(["peak", "off"]),
        "weekdays": st.sampled_from(["*any", "1;2;3;4;5", "6;7", "7"]),
        "holiday": st.sampled_from(["no", "no", "yes"]),
        "starts_at": st.sampled_from(["00:00", "00:00", "02:00", "08:00", "20:30"]),
        "weight": st.sampled_from([10, 20]),
        "time_zone": st.just(zone),
    }), min_size=1, max_size=4))  # fmt: skip


card_rows = st.fixed_dictionaries({
    "rate_card_id": st.sampled_from(CARDS),
    "service_type": st.sampled_from(SERVICES),
    "direction": st.sampled_from(["out", "out", "out", "in"]),
    "destination_id": st.sampled_from([*DESTINATIONS, "*any", "*any"]),
    "band_set_id": st.sampled_from(BAND_SETS),
    "band_id": st.sampled_from(["*any", "*any", "peak", "off"]),
    "rate_id": st.sampled_from([*RATES, *RATES, "r_unknown"]),
    "weight": st.sampled_from([10, 10, 20]),
    "rounding_mode": st.sampled_from(["half_up", "half_up", "half_even", "up", "down"]),
    "rounding_decimals": st.integers(0, 6),
    "currency": st.just("EUR"),
    "tax_class": st.just("standard"),
    "window": validity,
})  # fmt: skip

allowance_rows = st.fixed_dictionaries({
    "plan_id": st.sampled_from(PLANS),
    "bucket_id": st.sampled_from(["b1", "b2"]),
    "quantity": st.sampled_from([0, 1, 60, 119, 100_000]),
    "service_type": st.sampled_from(SERVICES),
    "destination_kinds": st.sampled_from(["*any", "onnet", "onnet;national"]),
    "priority": st.sampled_from([10, 20]),
    "window": validity,
})  # fmt: skip


def _windowed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn each row's window into valid_from and valid_to."""
    return [
        {k: v for k, v in row.items() if k != "window"}
        | {"valid_from": row["window"][0], "valid_to": row["window"][1]}
        for row in rows
    ]


def _unique_buckets(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep one row per bucket and service: the gate refuses two of one moment."""
    return list({(r["plan_id"], r["bucket_id"], r["service_type"]): r for r in rows}.values())


@st.composite
def _customers(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Who holds a token when (two at once is possible), and under which plan."""
    first, last = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("9999-12-31")
    identifiers, versions = [], []
    for subscription in SUBSCRIPTIONS:
        change = draw(instants)
        plans = draw(st.permutations([*PLANS, "p_unknown"]))
        owner = {"subscription_id": subscription, "account_id": "a", "customer_id": "c"}
        versions += [
            owner
            | {"plan_id": plans[0], "valid_from": first, "valid_to": change, "status": "active"},
            owner
            | {"plan_id": plans[1], "valid_from": change, "valid_to": last, "status": "active"},
        ]
        for token in draw(st.lists(st.sampled_from(TOKENS[:2]), unique=True, max_size=2)):
            start = draw(st.just(first) | instants)
            identifiers.append({
                "identifier_kind": "msisdn", "value_token": token,
                "subscription_id": subscription, "valid_from": start, "valid_to": last,
            })  # fmt: skip
    return identifiers, versions


@st.composite
def worlds(draw: st.DrawFn, max_events: int = 25) -> World:
    """A whole small tariff with customers and events."""
    identifiers, versions = draw(_customers())
    prefixes = draw(st.lists(
        st.fixed_dictionaries({
            "destination_id": st.sampled_from(DESTINATIONS), "prefix": numbers, "window": validity,
        }), max_size=8, unique_by=lambda row: (row["destination_id"], row["prefix"])))  # fmt: skip
    tariff = Tariff(
        time_zone=ZONE,
        identifiers=identifiers,
        subscriptions=versions,
        plans=_windowed([
            {"plan_id": plan, "payment_kind": "postpaid",
             "rate_card_id": draw(st.sampled_from(CARDS)), "window": draw(validity)}
            for plan in PLANS
        ]),
        destinations=[
            {"destination_id": d, "kind": draw(st.sampled_from(KINDS))} for d in DESTINATIONS
        ],
        destination_prefixes=_windowed(prefixes),
        time_bands=[row for name in BAND_SETS for row in draw(band_rows(name))],
        holidays=frozenset(draw(st.sets(st.dates(FIRST_DAY, LAST_DAY), max_size=2))),
        rates=[row for rate in RATES for row in draw(rate_rows(rate))],
        rate_cards=_windowed(draw(st.lists(card_rows, min_size=4, max_size=25))),
        allowances=_unique_buckets(_windowed(draw(st.lists(allowance_rows, max_size=5)))),
    )  # fmt: skip
    quantities = st.sampled_from([0, 1, 59, 60, 61, 120, 121]) | st.integers(0, 5_000_000)
    tokens = st.sampled_from(TOKENS)
    events = [
        event_row(
            draw(st.integers(0, 2**20)) * 1000 + number,
            service_type=draw(st.sampled_from(SERVICES)),
            direction=draw(st.sampled_from(["out", "out", "out", "in"])),
            a_token=draw(tokens), b_token=draw(tokens), imsi_token=draw(tokens),
            b_prefix=draw(st.none() | numbers),
            started_at=draw(instants),
            duration_s=draw(quantities), bytes_total=draw(quantities),
            event_count=draw(st.sampled_from([1, 1, 0, 3])),
        )
        for number in range(draw(st.integers(1, max_events)))
    ]  # fmt: skip
    return World(tariff, events)
