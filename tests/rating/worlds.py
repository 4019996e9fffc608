"""Random small tariffs and events: few ids and short numbers, so that rules collide often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from world_basics import (
    ALWAYS,
    NETWORKS,
    PLANS,
    SERVICES,
    SUBSCRIPTIONS,
    TOKENS,
    ZONE,
    Rows,
    instants,
    numbers,
)  # fmt: skip
from world_prices import price_tables
from world_terms import term_tables

from rating_udfs.oracle_clock import to_local
from rating_udfs.oracle_tables import Tariff

FOREVER = datetime.fromisoformat("9999-12-31")


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
        "a_prefix": None,
        "b_prefix": None,
        "visited_plmn": None,
        "access_point": None,
        "duration_s": 0,
        "bytes_total": 0,
        "event_count": 0,
        "is_continued": False,
    } | columns
    local = to_local(row["started_at"], ZONE)
    return row | {"started_local": local, "usage_date": local.date()}


@st.composite
def _customers(draw: st.DrawFn, changes: list[datetime]) -> tuple[Rows, Rows]:
    """Who holds a token when (two at once is possible), and under which plan."""
    identifiers, versions = [], []
    for subscription in SUBSCRIPTIONS:
        account = draw(st.sampled_from(["a1", "a2"]))
        owner = {"subscription_id": subscription, "account_id": account, "customer_id": "c"}
        bounds = [ALWAYS, *sorted(draw(st.sets(st.sampled_from(changes), max_size=3))), FOREVER]
        for first, last in pairwise(bounds):
            # A missing row is a gap, an unknown plan has no version, the same plan again no edge.
            plan = draw(st.sampled_from([*PLANS * 9, "p_unknown", None]))
            status = draw(st.sampled_from(["active"] * 20 + ["suspended", "terminated"]))
            if plan is not None:
                versions.append(owner | {
                    "plan_id": plan, "status": status, "valid_from": first, "valid_to": last,
                })  # fmt: skip
        token = TOKENS[SUBSCRIPTIONS.index(subscription)]
        held = draw(st.sampled_from([[token]] * 22 + [[TOKENS[0], token], []]))
        for value in dict.fromkeys(held):
            start = draw(st.sampled_from([ALWAYS] * 15 + [None])) or draw(instants)
            # A number may be lost where plans change, so that calls outlive it.
            end = draw(st.sampled_from([FOREVER] * 10 + changes))
            identifiers.append({
                "identifier_kind": "msisdn", "value_token": value, "subscription_id": subscription,
                "valid_from": start, "valid_to": end if end > start else FOREVER,
            })  # fmt: skip
    return identifiers, versions


short = st.sampled_from([0, 1, 29, 30, 31, 59, 60, 61, 90, 119, 120, 121, 180, 3600])
seconds = short | short | st.integers(0, 7200) | st.integers(0, 100_000)
volumes = short | st.integers(0, 5_000_000)


@st.composite
def _events(
    draw: st.DrawFn, changes: list[datetime], least: int, most: int
) -> list[dict[str, Any]]:
    just_before = st.builds(
        lambda change, lead: change - timedelta(seconds=lead),
        st.sampled_from(changes),
        st.integers(0, 200),
    )
    tokens, networks = st.sampled_from(TOKENS), st.sampled_from([None, None, *NETWORKS])
    return [
        event_row(
            draw(st.integers(0, 2**20)) * 1000 + number,
            service_type=draw(st.sampled_from(["voice", "voice", *SERVICES])),
            direction=draw(st.sampled_from(["out"] * 5 + ["in"])),
            a_token=draw(tokens), b_token=draw(tokens), imsi_token=draw(tokens),
            a_prefix=draw(st.none() | numbers),
            b_prefix=draw(numbers) if draw(st.integers(0, 9)) else None,
            visited_plmn=draw(networks),
            access_point=draw(st.sampled_from([None, "ims", "internet"])),
            started_at=draw(instants | just_before),
            duration_s=draw(seconds), bytes_total=draw(volumes),
            event_count=draw(st.sampled_from([1, 1, 0, 3])),
            is_continued=draw(st.sampled_from([False, False, False, True])),
        )
        for number in range(draw(st.integers(least, most)))
    ]  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn, max_events: int = 25, min_events: int = 1) -> World:
    """A whole small tariff with customers and events."""
    # Plans change at few instants and calls start just before them, so that calls meet changes.
    changes = draw(st.lists(instants, min_size=1, max_size=4))
    identifiers, subscriptions = draw(_customers(changes))
    tariff = Tariff(
        time_zone=ZONE,
        identifiers=identifiers,
        subscriptions=subscriptions,
        **draw(price_tables()),
        **draw(term_tables()),
    )
    return World(tariff, draw(_events(changes, min_events, max_events)))
