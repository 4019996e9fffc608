"""The truth of minimum commitments: what a month's counted charges are short of, per holder.

Whole numbers throughout; the rows are in `terms`, the lines they make on bills in `billing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from ingestion.synthetic.catalogue import PLAN, Row
from ingestion.synthetic.config import add_months
from ingestion.synthetic.guiding import RATED
from ingestion.synthetic.people import Subscriptions
from ingestion.synthetic.pricing import Ledger
from ingestion.synthetic.tariff import Tables, is_valid


@dataclass(frozen=True)
class Stay:
    """A subscription under a plan in a month: its days from `first` on, counted from 0."""

    subscription: int
    plan: int
    first: int
    days: int
    fee_cents: int
    """Fee of a whole month."""


@dataclass(frozen=True)
class Shortfall:
    """What one holder lacks; `subscription` is -1 where the account commits as a whole.

    `exact` is in millionths of EUR, `cents` the rounded line.
    """

    account: int
    subscription: int
    plan: int
    days: int
    exact: int
    cents: int


def shortfalls(
    tables: Tables, people: Subscriptions, month: date, stays: list[Stay], ledger: Ledger
) -> list[Shortfall]:
    """Return the holders whose counted charges are below what they committed to in a month.

    Args:
        tables: the reference rows.
        people: the subscriptions by number.
        month: its first day; commitments of the operator change on such a day only.
        stays: the postpaid subscriptions under each plan.
        ledger: the month's charges.
    """
    return [
        one
        for row in tables["minimum_commitments"]
        if is_valid(row[4], row[5], month)
        for one in _of_plan(row, people, month, stays, ledger)
    ]


def _of_plan(
    row: Row, people: Subscriptions, month: date, stays: list[Stay], ledger: Ledger
) -> Iterator[Shortfall]:
    plan, length = PLAN[str(row[0])], (add_months(month, 1) - month).days
    amount, with_fees = int(Decimal(str(row[3])) * 10**6), row[2] == "usage_and_fees"

    def holder(who: int) -> tuple[int, int]:
        return int(people.account[who]), who if row[1] == "subscription" else -1

    days: dict[tuple[int, int], set[int]] = defaultdict(set)
    counted: dict[tuple[int, int], int] = defaultdict(int)
    fee_days: dict[tuple[int, int], int] = defaultdict(int)
    for stay in stays:
        if stay.plan == plan:
            key = holder(stay.subscription)
            days[key] |= set(range(stay.first, stay.first + stay.days))
            if with_fees:
                fee_days[key] += stay.fee_cents * 10**4 * stay.days
    events = ledger.events
    rows = np.flatnonzero((events.plan == plan) & (events.status == RATED))
    for who, charge in zip(events.owner[rows].tolist(), ledger.scaled[rows].tolist(), strict=True):
        counted[holder(who)] += charge * 100
    for key, committed in sorted(days.items()):
        counted[key] += (2 * fee_days[key] + length) // (2 * length)
        lacking = amount * len(committed) - counted[key] * length
        if lacking > 0:
            exact = (2 * lacking + length) // (2 * length)
            cents = (2 * lacking + length * 10**4) // (2 * length * 10**4)
            if exact:
                yield Shortfall(*key, plan, len(committed), exact, cents)
