"""What all parts of a random world share: few ids, few dates, few digits, so that rules collide."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

ZONE = "Europe/Madrid"
FIRST_DAY = date(2026, 3, 24)
# Holds the change to summer time (29 March 2026), a month's end and a weekend.
LAST_DAY = date(2026, 4, 6)
EDGES = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 4, 1), date(2026, 4, 3)]
DESTINATIONS = ("d1", "d2", "d3")
CARDS = ("c1", "c2")
RATES = ("r1", "r2", "r3")
BAND_SETS = ("s1", "s2")
BANDS = ("peak", "off")
PLANS = ("p1", "p2", "p3")
ZONES = ("z1", "z2")
NETWORKS = ("21401", "20801")
SUBSCRIPTIONS = ("u1", "u2", "u3")
TOKENS = ("t1", "t2", "t3")
SERVICES = ("voice", "sms", "data")
ALWAYS = datetime.fromisoformat("2026-01-01")

Rows = list[dict[str, Any]]

critical = st.sampled_from([
    datetime.fromisoformat(text)
    for text in (
        "2026-03-28 22:59:59", "2026-03-29 00:59:59", "2026-03-29 01:00:00",
        "2026-03-31 21:59:59", "2026-03-31 22:00:00", "2026-04-03 06:00:00",
        # Summer time ends on 25 October: the hour from 02:00 comes twice.
        "2026-10-24 21:59:30", "2026-10-25 00:29:59", "2026-10-25 00:59:30", "2026-10-25 01:29:59",
    )
])  # fmt: skip
whole_instants = critical | st.builds(
    lambda day, seconds: datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds),
    st.dates(FIRST_DAY, LAST_DAY),
    st.integers(0, 86399),
)
instants = st.builds(
    lambda instant, micro: instant + timedelta(microseconds=micro),
    whole_instants,
    st.sampled_from([0, 0, 0, 1, 500_000, 999_999]),
)
prices = st.integers(0, 2_000_000).map(lambda micro: Decimal(micro).scaleb(-6))
small_or_no_price = st.just(Decimal(0)) | prices
numbers = st.text(alphabet="12", min_size=1, max_size=4)


@st.composite
def validity(draw: st.DrawFn) -> dict[str, date | None]:
    """A half-open validity: mostly without ends, so that rules meet instead of missing each other.

    Both ends given on purpose is rarer than one, and the whole world lies between the edges.
    """
    first, last = draw(st.sampled_from([
        *[(None, None)] * 6, (None, EDGES[1]), (None, EDGES[2]), (EDGES[0], None),
        (EDGES[2], None), (EDGES[0], EDGES[3]), (EDGES[1], EDGES[2]),
    ]))  # fmt: skip
    return {"valid_from": first, "valid_to": last}


@st.composite
def versions(draw: st.DrawFn) -> list[dict[str, date | None]]:
    """One or two validities of one thing, without a gap or an overlap between them."""
    first = draw(st.sampled_from([None] * 9 + [EDGES[0]]))
    change = draw(st.sampled_from([None, None, EDGES[1], EDGES[2], EDGES[3]]))
    if change is None:
        return [{"valid_from": first, "valid_to": None}]
    return [{"valid_from": first, "valid_to": change}, {"valid_from": change, "valid_to": None}]


def a_list_of(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A cell that says `*any`, one value or two of them."""
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(";".join)
    return st.just("*any") | some
