"""The truth of billing: lines, tax and totals of one month's bills, in whole cents.

Who pays them, and when, is in `payments`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from ingestion.synthetic.calendar import local_date, month_bounds
from ingestion.synthetic.catalogue import PLAN_IDS, STANDARD_TAX
from ingestion.synthetic.commitments import Shortfall, Stay, shortfalls
from ingestion.synthetic.config import add_months
from ingestion.synthetic.grouping import group, sums
from ingestion.synthetic.guiding import RetailTariff
from ingestion.synthetic.people import NEVER
from ingestion.synthetic.population import ATTRIBUTE, Population
from ingestion.synthetic.pricing import Ledger
from ingestion.synthetic.tariff import is_valid


@dataclass
class Recurring:
    """One entry per subscription and plan interval of a month; amounts in cents."""

    subscription: np.ndarray
    plan: np.ndarray
    first: np.ndarray
    """Day of the month the interval begins on, counted from 0."""
    days: np.ndarray
    cents: np.ndarray


@dataclass
class UsageLines:
    """One entry per subscription, service, destination kind and tax class.

    `exact` is in 1/10,000 EUR, `cents` the rounded line.
    """

    subscription: np.ndarray
    service: np.ndarray
    kind: np.ndarray
    tax: np.ndarray
    events: np.ndarray
    quantity: np.ndarray
    charged: np.ndarray
    drawn: np.ndarray
    exact: np.ndarray
    cents: np.ndarray


@dataclass
class Bills:
    """One entry per billed account of a month; amounts in cents."""

    month: date
    account: np.ndarray
    recurring: np.ndarray
    usage: np.ndarray
    commitment: np.ndarray
    tax: np.ndarray
    lines: tuple[Recurring, UsageLines, list[Shortfall]]

    @property
    def total(self) -> np.ndarray:
        """Return what is to be paid."""
        return self.recurring + self.usage + self.commitment + self.tax


def _day_index(seconds: np.ndarray, month: date, length: int) -> np.ndarray:
    """Return the local day within the month of each instant, 0 before it, `length` after it."""
    begin, end = month_bounds(month)
    index = np.where(seconds < begin, 0, length)
    inside = np.flatnonzero((seconds >= begin) & (seconds < end))
    index[inside] = [local_date(int(second)).day - 1 for second in seconds[inside]]
    return index


def recurring_lines(tariff: RetailTariff, population: Population, month: date) -> Recurring:
    """Return the fees per plan interval: fee x active days / days of the month, half-up.

    The day of activation counts, the day of termination does not; a plan holds from the local
    midnight it starts at. A suspended subscription still pays.
    """
    begin, end = month_bounds(month)
    length = (add_months(month, 1) - month).days
    people = population.block.subscriptions
    first = _day_index(people.start, month, length)
    last = np.where(people.end == NEVER, length, _day_index(people.end, month, length))
    alive = (people.start < end) & (people.end >= begin) & ~people.prepaid
    versions = population.versions
    old, new = population.plan_on(begin), population.plan_on(end - 1)
    moved = np.flatnonzero(old != new)
    turn = last.copy()
    chosen = (versions.kind == ATTRIBUTE) & (versions.at > begin) & (versions.at < end)
    chosen &= np.isin(versions.subscription, moved) & (versions.plan == new[versions.subscription])
    turn[versions.subscription[chosen]] = _day_index(versions.at[chosen], month, length)
    turn = np.minimum(turn, last)
    who = np.concatenate([np.arange(len(people)), moved])
    plan = np.concatenate([old, new[moved]])
    begins = np.concatenate([first, np.maximum(turn, first)[moved]])
    days = np.concatenate([turn - first, (last - np.maximum(turn, first))[moved]])
    fee = np.array([_fee_cents(tariff, name, month) for name in PLAN_IDS])
    keep = alive[who] & (days > 0) & (fee[plan] > 0)
    who, plan, days = who[keep], plan[keep], days[keep]
    cents = (2 * fee[plan] * days + length) // (2 * length)
    return Recurring(who, plan, begins[keep], days, cents)


def _fee_cents(tariff: RetailTariff, plan: str, day: date) -> int:
    """Return a plan's monthly fee in cents, 0 without a valid row (fees change on the 1st)."""
    rows = [
        row for row in tariff.tables["plans"] if row[0] == plan and is_valid(row[9], row[10], day)
    ]
    return int(Decimal(str(rows[0][7])) * 100) if rows else 0


def _stays(tariff: RetailTariff, month: date, fixed: Recurring) -> list[Stay]:
    columns = (fixed.subscription, fixed.plan, fixed.first, fixed.days)
    return [
        Stay(who, plan, first, days, _fee_cents(tariff, PLAN_IDS[plan], month))
        for who, plan, first, days in zip(*(one.tolist() for one in columns), strict=True)
    ]


def usage_lines(ledger: Ledger, population: Population) -> UsageLines:
    """Return the usage lines of postpaid subscriptions; each is rounded half-up to whole cents."""
    events, people = ledger.events, population.block.subscriptions
    rows = np.flatnonzero((events.status == 0) & ~people.prepaid[np.maximum(events.owner, 0)])
    key = np.stack([events.owner[rows], events.service[rows], events.kind[rows], events.tax[rows]])
    figures = np.stack(
        [
            np.ones(len(rows), np.int64),
            events.quantity[rows],
            ledger.charged[rows],
            ledger.drawn[rows],
            ledger.scaled[rows],
        ]
    )
    groups, inverse = group(key)
    total = sums(inverse, groups.shape[1], figures)
    keep = (total[1] > 0) | (total[4] > 0)
    groups, total = groups[:, keep], total[:, keep]
    return UsageLines(*groups, *total, cents=(2 * total[4] + 100) // 200)


def month_bills(tariff: RetailTariff, population: Population, month: date, ledger: Ledger) -> Bills:
    """Return the month's bills: one per postpaid account that has any line."""
    people = population.block.subscriptions
    fixed, used = recurring_lines(tariff, population, month), usage_lines(ledger, population)
    short = shortfalls(tariff.tables, people, month, _stays(tariff, month, fixed), ledger)
    payers = np.array([one.account for one in short], np.int64)
    lacking = np.array([one.cents for one in short], np.int64)
    count, classes = len(population.block.accounts.customer), len(tariff.tax_classes)
    net = np.zeros((count, classes), np.int64)
    standard = tariff.tax_classes.index(STANDARD_TAX)
    recurring, usage, commitment = (np.zeros(count, np.int64) for _ in range(3))
    np.add.at(recurring, people.account[fixed.subscription], fixed.cents)
    np.add.at(usage, people.account[used.subscription], used.cents)
    np.add.at(commitment, payers, lacking)
    flat = net.reshape(-1)
    np.add.at(flat, people.account[fixed.subscription] * classes + standard, fixed.cents)
    np.add.at(flat, people.account[used.subscription] * classes + used.tax, used.cents)
    np.add.at(flat, payers * classes + standard, lacking)
    rates = np.array([int(Decimal(str(row[1])) * 100) for row in tariff.tables["taxes"]])
    tax = ((2 * net * rates + 10_000) // 20_000).sum(axis=1)
    billed = np.zeros(count, bool)
    billed[people.account[fixed.subscription]] = True
    billed[people.account[used.subscription]] = True
    billed[payers] = True
    rows = np.flatnonzero(billed)
    return Bills(
        month,
        rows,
        recurring[rows],
        usage[rows],
        commitment[rows],
        tax[rows],
        (fixed, used, short),
    )
