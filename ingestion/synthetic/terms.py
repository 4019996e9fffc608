"""What a plan's terms do to a charge: free access points, discounts, caps, commitments.

The rows as the reference CSVs carry them, and which of them an event falls under; the arithmetic is
in `pricing`, that of commitments in `commitments`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np

from ingestion.synthetic.catalogue import EARLY, OPEN, PLAN_IDS, Row
from ingestion.synthetic.events import ACCESS_POINTS, SERVICES
from ingestion.synthetic.tariff import ANY, Tables, is_valid

# plan_id, service_type, access_point, destination_id, reason
ZERO_RATED: tuple[Row, ...] = (
    (ANY, "data", "selfcare", ANY, "own self-care portal", EARLY, OPEN),
    ("POST_L", "data", "music", ANY, "music included", EARLY, OPEN),
    ("POST_NEO", "data", "music", ANY, "music included", EARLY, OPEN),
)  # fmt: skip
# plan_id, service_type, destination_kinds, band_ids, discount_pct, priority
DISCOUNTS: tuple[Row, ...] = (
    ("BIZ_TEAM", ANY, ANY, ANY, "10.0000", 20, EARLY, OPEN),
    ("BIZ_TEAM", "voice", "international", ANY, "15.0000", 10, EARLY, OPEN),
)  # fmt: skip
# plan_id, service_type, period, cap_amount
CHARGE_CAPS: tuple[Row, ...] = (
    ("PRE_DATA", "data", "cycle", "10.000000", EARLY, OPEN),
    ("PRE_FLEX", ANY, "day", "2.500000", EARLY, OPEN),
)  # fmt: skip
# plan_id, scope, counted_charges, commitment_amount
COMMITMENTS: tuple[Row, ...] = (
    ("BIZ_LINE", "subscription", "usage", "6.00", EARLY, OPEN),
    ("BIZ_TEAM", "account", "usage_and_fees", "50.00", "2025-11-01", OPEN),
)  # fmt: skip


def _each(value: object, names: tuple[str, ...]) -> list[int]:
    """Return the places of a cell's names in a list of them; `*any` is all."""
    return [
        place for place, name in enumerate(names) if value == ANY or name in str(value).split(";")
    ]


def free_access(tables: Tables, month: date) -> np.ndarray:
    """Return which access point is free under which plan, for data: shape (plans, points)."""
    free = np.zeros((len(PLAN_IDS), len(ACCESS_POINTS)), bool)
    for row in tables["zero_rated"]:
        if is_valid(row[5], row[6], month):
            free[np.ix_(_each(row[0], PLAN_IDS), _each(row[2], ACCESS_POINTS))] = True
    return free


def discounts(tables: Tables, month: date, kinds: tuple[str, ...]) -> np.ndarray:
    """Return the whole percent taken off, shape (plans, services, kinds).

    One discount applies: the lowest priority, of those the largest.
    """
    percent = np.zeros((len(PLAN_IDS), len(SERVICES), len(kinds)), np.int64)
    rows = [row for row in tables["discounts"] if is_valid(row[6], row[7], month)]
    # The one that applies is written last.
    for row in sorted(rows, key=lambda row: (-int(str(row[5])), Decimal(str(row[4])))):
        places = np.ix_(_each(row[0], PLAN_IDS), _each(row[1], SERVICES), _each(row[2], kinds))
        percent[places] = int(Decimal(str(row[4])))
    return percent


def caps(tables: Tables, month: date, decimals: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the cap over each plan and service: amount, its number, whether it is of a day.

    Amounts are in 10**-decimals, -1 without a cap; a cap of the service goes before one of all.
    """
    amount = np.full((len(PLAN_IDS), len(SERVICES)), -1, np.int64)
    number, daily = np.zeros_like(amount), np.zeros(amount.shape, bool)
    rows = [row for row in tables["charge_caps"] if is_valid(row[4], row[5], month)]
    for place, row in enumerate(sorted(rows, key=lambda row: row[1] != ANY)):
        at = np.ix_(_each(row[0], PLAN_IDS), _each(row[1], SERVICES))
        amount[at] = int(Decimal(str(row[3])) * 10**decimals)
        number[at], daily[at] = place, row[2] == "day"
    return amount, number, daily
