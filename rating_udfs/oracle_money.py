"""Discounts, zero-rating and charge caps of the oracle: what is taken off a price.

What belongs here: docs/reference/rating.md §4 after the gross amount. Units of buckets do not.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from rating_udfs.oracle_allowances import Use
from rating_udfs.oracle_periods import FIRST_DATE, period_at
from rating_udfs.oracle_tables import ANY, Row, Tariff, fits, holds

MICRO = 1_000_000


def zero_rated_reason(tariff: Tariff, use: Use, access_point: str | None) -> str | None:
    """Return why usage is free by the tariff, or None; of several reasons the first by name."""
    reasons = [
        row["reason"]
        for row in tariff.zero_rated
        if row["plan_id"] in (ANY, use.holding["plan_id"])
        and row["service_type"] in (ANY, use.service_type)
        and row["access_point"] in (ANY, access_point)
        and row["destination_id"] in (ANY, use.destination_id)
        and holds(row, use.on)
    ]
    return min(reasons, default=None)


def discount_pct(tariff: Tariff, use: Use) -> Decimal:
    """Return the discount that applies, in per cent: lowest priority number, then the largest."""
    fitting = [
        row
        for row in tariff.discounts
        if row["plan_id"] in (ANY, use.holding["plan_id"])
        and row["service_type"] in (ANY, use.service_type)
        and fits(row["destination_kinds"], use.destination_kind)
        and fits(row["band_ids"], use.band_id)
        and holds(row, use.on)
    ]
    best = min(fitting, key=lambda row: (row["priority"], -row["discount_pct"]), default=None)
    return best["discount_pct"] if best else Decimal(0)


@dataclass
class Caps:
    """What each holder was charged so far under each charge cap, in currency."""

    tariff: Tariff
    spent: dict[tuple[Any, ...], Decimal] = field(default_factory=dict)

    def relief(self, use: Use, amount: Decimal) -> Decimal:
        """Return what the cap takes off an amount, and count what is left of it.

        The cap of the service goes before the one of all services.
        """
        fitting = [row for row in self.tariff.charge_caps if _fits(row, use)]
        row = min(fitting, key=lambda row: row["service_type"] == ANY, default=None)
        if row is None:
            return Decimal(0)
        key = self._key(row, use)
        room = row["cap_amount"] - self.spent.get(key, Decimal(0))
        charged = min(amount, room)
        self.spent[key] = self.spent.get(key, Decimal(0)) + charged
        return amount - charged

    @staticmethod
    def _key(row: Row, use: Use) -> tuple[Any, ...]:
        starts: date = row["valid_from"] or FIRST_DATE
        period = period_at(row["period"], use.on, starts, row["valid_to"])
        cap = (row["plan_id"], row["service_type"], row["period"], row["valid_from"])
        return (use.holding["subscription_id"], *cap, period.first)


def _fits(row: Row, use: Use) -> bool:
    return (
        row["plan_id"] == use.holding["plan_id"]
        and row["service_type"] in (ANY, use.service_type)
        and holds(row, use.on)
    )
