"""Allowances of the oracle: docs/reference/rating.md §5, what each bucket still holds.

What belongs here: buckets, their order and what is left. Prices, discounts and caps do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from rating_udfs.oracle_arithmetic import round_to
from rating_udfs.oracle_holders import days_covered, start_of_stretch
from rating_udfs.oracle_periods import FIRST_DATE, LAST_DATE, Period, later, length_of, period_at
from rating_udfs.oracle_tables import ANY, Row, Rows, Tariff, fits, holds

Draw = tuple[str, date, int, int]


class Use(NamedTuple):
    """What a bucket must be eligible for: the event's plan, day and first segment."""

    holding: Row
    started_at: datetime
    on: date
    service_type: str
    destination_id: str
    destination_kind: str
    band_id: str | None
    origin_zone: str | None


@dataclass(frozen=True)
class Bucket:
    """The grant of one period, or what was carried over from it; units or millionths."""

    row: Row
    key: tuple[Any, ...]
    granted_in: Period
    expires: date
    grant: int
    is_carried: bool

    def rank(self) -> tuple[Any, ...]:
        """Return what decides which bucket is drained first."""
        return (
            self.row["priority"],
            not self.is_carried,
            length_of(self.row["period"]),
            self.row["bucket_id"],
            self.granted_in.first,
        )


@dataclass
class Ledger:
    """What is left in the buckets while events are taken in their order."""

    tariff: Tariff
    left: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def draw(self, use: Use, wanted: int, *, is_money: bool) -> list[Draw]:
        """Take up to `wanted` from the buckets of a use; return what each one gave.

        Args:
            use: the event, outgoing and not zero-rated.
            wanted: units, or millionths of the currency for money.
            is_money: whether buckets of money are asked, or those of units.
        """
        draws = []
        buckets = [
            bucket
            for row in self.tariff.allowances
            if (row["unit"] == "money") == is_money and _is_eligible(row, use)
            for bucket in self._buckets_of(row, use)
        ]
        for bucket in sorted(buckets, key=Bucket.rank):
            left = self._left(bucket)
            used = min(left, max(wanted, 0))
            if used:
                self.left[(*bucket.key, bucket.is_carried)] = left - used
                period_start = bucket.granted_in.first
                draws.append((bucket.row["bucket_id"], period_start, used, left - used))
            wanted -= used
        return draws

    def _left(self, bucket: Bucket) -> int:
        """Return what a bucket holds; a carried one starts with what its period left over."""
        if not bucket.is_carried:
            return self.left.get((*bucket.key, False), bucket.grant)
        unused = self.left.get((*bucket.key, False), bucket.grant)
        carried = min(unused, bucket.row["rollover_max"])
        return self.left.get((*bucket.key, True), carried)

    def _buckets_of(self, row: Row, use: Use) -> Iterator[Bucket]:
        members = _members(self.tariff.subscriptions, row, use)
        zone = self.tariff.time_zone
        is_own = row["scope"] == "subscription"
        anchor = row["valid_from"] or FIRST_DATE
        if row["period"].endswith("days") and is_own:
            anchor = max(anchor, start_of_stretch(members, use.started_at, zone))
        ends = row["valid_to"] or LAST_DATE
        current = period_at(row["period"], use.on, anchor, ends)
        back = 0 if row["period"] == "one_off" else row["rollover_periods"]
        for steps in range(back + 1):
            granted_in = later(row["period"], current, -steps) if steps else current
            days = days_covered(members, *granted_in, zone)
            if steps and (granted_in.last <= anchor or not days):
                continue
            expires = later(row["period"], granted_in, back).last if steps else current.last
            yield Bucket(
                row=row,
                key=(*_identity(row, use), granted_in.first),
                granted_in=granted_in,
                expires=min(expires, ends),
                grant=_grant(row, granted_in, days) if is_own else row["quantity"],
                is_carried=steps > 0,
            )


def _is_eligible(row: Row, use: Use) -> bool:
    return (
        row["plan_id"] == use.holding["plan_id"]
        and row["service_type"] in (ANY, use.service_type)
        and holds(row, use.on)
        and fits(row["destination_kinds"], use.destination_kind)
        and fits(row["destination_ids"], use.destination_id)
        and fits(row["band_ids"], use.band_id)
        and fits(row["origin_zones"], use.origin_zone)
    )


def _identity(row: Row, use: Use) -> tuple[Any, ...]:
    """Return scope, plan, bucket and version: what shares one grant."""
    scope = row["scope"]
    member = row["pool_id"] if scope == "pool" else use.holding[f"{scope}_id"]
    version = (row["plan_id"], row["bucket_id"], row["service_type"], row["valid_from"])
    return (scope, member, *version)


def _members(subscriptions: Rows, row: Row, use: Use) -> Rows:
    """Return the subscription rows under the plan that share the bucket."""
    column = None if row["scope"] == "pool" else f"{row['scope']}_id"
    return [
        held
        for held in subscriptions
        if held["plan_id"] == row["plan_id"]
        and held["status"] != "terminated"
        and (column is None or held[column] == use.holding[column])
    ]


def _grant(row: Row, period: Period, days: int) -> int:
    """Return the units granted in a period; a part of the period earns a part of them."""
    if row["proration"] == "none" or period.last == LAST_DATE:
        return row["quantity"]
    exact = Fraction(row["quantity"] * days, (period.last - period.first).days)
    return int(round_to(exact, 0, "half_up"))
