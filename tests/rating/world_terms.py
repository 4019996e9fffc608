"""Random commercial terms: buckets, friends, zero-rating, discounts and caps."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from world_basics import (
    BANDS,
    DESTINATIONS,
    PLANS,
    SERVICES,
    SUBSCRIPTIONS,
    TOKENS,
    ZONES,
    Rows,
    a_list_of,
    validity,
    versions,
)  # fmt: skip

from rating_udfs.oracle_tables import fill_defaults

UNITS = {"voice": "s", "sms": "event", "data": "byte"}
PERIODS = ["cycle", "cycle", "day", "2 days", "7 days", "one_off"]


@st.composite
def _bucket(draw: st.DrawFn, plan: str, number: int) -> Rows:
    service = draw(st.sampled_from(["voice", "voice", *SERVICES]))
    unit = draw(st.sampled_from([UNITS[service], UNITS[service], "money"]))
    fixed = {
        "plan_id": plan, "bucket_id": f"b{number}", "unit": unit,
        "service_type": draw(st.sampled_from([service, "*any"])) if unit == "money" else service,
        "destination_kinds": draw(st.just("*any") | a_list_of(("onnet", "national"))),
        "destination_ids": draw(st.just("*any") | a_list_of((*DESTINATIONS, "*friends"))),
        "band_ids": draw(st.just("*any") | a_list_of(BANDS)),
        "origin_zones": draw(st.just("*any") | a_list_of(ZONES)),
        "priority": draw(st.sampled_from([10, 10, 20])),
        "period": draw(st.sampled_from(PERIODS)),
        "scope": draw(st.sampled_from(["subscription", "subscription", "account", "pool"])),
        "pool_id": "pool",
        "rollover_max": draw(st.sampled_from([0, 30, 100, 10_000])),
        "rollover_periods": draw(st.integers(0, 2)),
        "proration": draw(st.sampled_from(["none", "daily"])),
    }  # fmt: skip
    grants = st.sampled_from([0, 1, 60, 119, 1000, 100_000, 3_000_000])
    return [fixed | window | {"quantity": draw(grants)} for window in draw(versions())]


@st.composite
def allowance_rows(draw: st.DrawFn) -> Rows:
    """Up to three buckets per plan, each with one or two versions."""
    rows = [
        row
        for plan in PLANS
        for number in range(draw(st.sampled_from([1, 2, 3])))
        for row in draw(_bucket(plan, number))
    ]
    return fill_defaults("allowances", rows)


def _rows(table: str, columns: dict[str, Any], most: int, key: Any = None) -> st.SearchStrategy:
    rows = st.lists(st.fixed_dictionaries(columns | {"window": validity()}), max_size=most,
                    unique_by=key)  # fmt: skip
    return rows.map(
        lambda found: fill_defaults(
            table,
            [
                {k: v for k, v in row.items() if k not in ("window", "names")}
                | row["window"]
                | row.get("names", {})
                for row in found
            ],
        )
    )


friend_rows = _rows("friends", {
    "subscription_id": st.sampled_from(SUBSCRIPTIONS),
    "number": st.sampled_from(TOKENS),
}, 4, lambda row: (row["subscription_id"], row["number"]))  # fmt: skip

zero_rated_rows = _rows("zero_rated", {
    "plan_id": st.sampled_from(["*any", *PLANS]),
    "service_type": st.sampled_from(["*any", *SERVICES]),
    "names": st.sampled_from([
        {"access_point": "ims"}, {"access_point": "internet"},
        *({"destination_id": name} for name in DESTINATIONS), {},
    ]),
    "reason": st.sampled_from(["emergency", "portal"]),
}, 2)  # fmt: skip

discount_rows = _rows("discounts", {
    "plan_id": st.sampled_from(["*any", *PLANS]),
    "service_type": st.sampled_from(["*any", *SERVICES]),
    "destination_kinds": a_list_of(("onnet", "national")),
    "band_ids": a_list_of(BANDS),
    "discount_pct": st.sampled_from([Decimal(10), Decimal("12.5"), Decimal("33.33"), Decimal(100)]),
    "priority": st.sampled_from([1, 2]),
}, 3)  # fmt: skip

cap_rows = _rows("charge_caps", {
    "plan_id": st.sampled_from(PLANS),
    "service_type": st.sampled_from(["*any", *SERVICES]),
    "period": st.sampled_from(["cycle", "day"]),
    "cap_amount": st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(25)]),
}, 3, lambda row: (row["plan_id"], row["service_type"]))  # fmt: skip


@st.composite
def term_tables(draw: st.DrawFn) -> dict[str, Any]:
    """Every table of commercial terms, by its name."""
    return {
        "allowances": draw(allowance_rows()),
        "friends": draw(friend_rows),
        "zero_rated": draw(zero_rated_rows),
        "discounts": draw(discount_rows),
        "charge_caps": draw(cap_rows),
    }
