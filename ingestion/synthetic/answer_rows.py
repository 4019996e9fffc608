"""Rows of the answer key made from a month's books and from the population.

Text and sums only: every figure was computed before.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.synthetic.books import Books
from ingestion.synthetic.calendar import month_bounds
from ingestion.synthetic.catalogue import DESTINATIONS, PLAN_IDS
from ingestion.synthetic.churn import REASONS
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.declarations import is_sent
from ingestion.synthetic.events import DIRECTIONS, SERVICES
from ingestion.synthetic.grouping import group, sums
from ingestion.synthetic.guiding import KINDS, STATUSES
from ingestion.synthetic.ids import account_id, subscription_id
from ingestion.synthetic.partners import PARTNER_IDS, currency_of
from ingestion.synthetic.population import Population
from ingestion.synthetic.tariff import ANY
from ingestion.synthetic.wholesale import cents


def decimal_text(value: int, decimals: int) -> str:
    """Return a whole number of 10**-decimals as text."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, part = divmod(value, 10**decimals)
    return f"{sign}{whole}.{part:0{decimals}d}"


def ledger_rows(books: Books, population: Population) -> list[tuple]:
    """Return the month's rated usage by plan, service, direction, payment kind and status."""
    ledger, people = books.ledger, population.block.subscriptions
    events = ledger.events
    known = events.owner >= 0
    prepaid = np.where(known, people.prepaid[np.maximum(events.owner, 0)].astype(np.int64), -1)
    key = np.stack(
        [events.plan, events.service, events.is_in.astype(np.int64), prepaid, events.status]
    )
    figures = np.stack(
        [
            np.ones(len(events), np.int64),
            events.quantity,
            ledger.charged,
            ledger.drawn,
            ledger.scaled,
        ]
    )
    groups, inverse = group(key)
    total = sums(inverse, groups.shape[1], figures)
    rows = []
    for (plan, service, inward, kind, status), one in zip(
        groups.T.tolist(), total.T.tolist(), strict=True
    ):
        rows.append(
            (
                books.month,
                PLAN_IDS[plan] if plan >= 0 else "",
                SERVICES[service],
                "in" if inward else "out",
                ("", "postpaid", "prepaid")[kind + 1],
                STATUSES[status],
                *one[:4],
                decimal_text(one[4], 4),
            )
        )
    return rows


def bill_rows(books: Books) -> list[tuple]:
    """Return the month's bills."""
    bills = books.bills
    return [
        (
            account_id(account),
            books.month,
            decimal_text(fixed, 2),
            decimal_text(used, 2),
            decimal_text(short, 2),
            decimal_text(fixed + used + short, 2),
            decimal_text(tax, 2),
            decimal_text(fixed + used + short + tax, 2),
        )
        for account, fixed, used, short, tax in zip(
            bills.account.tolist(),
            bills.recurring.tolist(),
            bills.usage.tolist(),
            bills.commitment.tolist(),
            bills.tax.tolist(),
            strict=True,
        )
    ]


def bill_line_rows(books: Books, population: Population) -> list[tuple]:
    """Return the month's bill lines: recurring, commitments, usage."""
    people = population.block.subscriptions
    fixed, used, short = books.bills.lines
    rows: list[tuple] = [
        (
            account_id(int(people.account[who])),
            subscription_id(who),
            books.month,
            "recurring",
            PLAN_IDS[plan],
            "",
            "",
            0,
            0,
            0,
            0,
            days,
            decimal_text(money, 2),
            decimal_text(money, 2),
        )
        for who, plan, days, money in zip(
            fixed.subscription.tolist(),
            fixed.plan.tolist(),
            fixed.days.tolist(),
            fixed.cents.tolist(),
            strict=True,
        )
    ]
    rows += [
        (
            account_id(one.account),
            subscription_id(one.subscription) if one.subscription >= 0 else "",
            books.month,
            "commitment",
            PLAN_IDS[one.plan],
            "",
            "",
            0,
            0,
            0,
            0,
            one.days,
            decimal_text(one.exact, 6),
            decimal_text(one.cents, 2),
        )
        for one in short
    ]
    columns = (
        used.subscription,
        used.service,
        used.kind,
        used.events,
        used.quantity,
        used.charged,
        used.drawn,
        used.exact,
        used.cents,
    )
    for who, service, kind, *figures, exact, money in zip(
        *(one.tolist() for one in columns), strict=True
    ):
        rows.append(
            (
                account_id(int(people.account[who])),
                subscription_id(who),
                books.month,
                "usage",
                "",
                SERVICES[service],
                KINDS[kind],
                *figures,
                0,
                decimal_text(exact, 4),
                decimal_text(money, 2),
            )
        )
    return rows


def leg_rows(books: Books) -> list[tuple]:
    """Return our lines of the month by partner, direction, service, destination, band, rate."""
    lines, tariff = books.lines, books.wholesale
    rows = []
    rounded = cents(lines.amount).tolist()
    figures = (lines.calls, lines.seconds, lines.messages, lines.charged, lines.amount)
    for (partner, direction, service, place, band, rate), *figure, money in zip(
        lines.key.T.tolist(), *(one.tolist() for one in figures), rounded, strict=True
    ):
        name = PARTNER_IDS[partner]
        rows.append(
            (
                name,
                books.month,
                DIRECTIONS[direction],
                SERVICES[service],
                DESTINATIONS[place][0] if place >= 0 else ANY,
                tariff.bands.ids[band],
                tariff.book.ids[rate],
                *figure[:4],
                decimal_text(figure[4], 6),
                decimal_text(money, 2),
                currency_of(name, DIRECTIONS[direction]),
            )
        )
    return rows


def declared_rows(config: SimulationConfig, books: Books) -> list[tuple]:
    """Return what partners declare for the month against ours, with the planted cause."""
    return [
        (
            one.partner,
            books.month,
            is_sent(config, one.partner, books.month),
            one.direction,
            one.service,
            one.destination,
            *one.ours[:3],
            decimal_text(one.ours[3], 2),
            *one.theirs[:3],
            decimal_text(one.theirs[3], 2),
            one.cause,
        )
        for one in books.declared
    ]


def roll_forward(population: Population, months: list[date]) -> list[tuple]:
    """Return each month's opening base, joiners, leavers by reason and closing base."""
    people = population.block.subscriptions
    rows = []
    for month in months:
        begin, end = month_bounds(month)
        opening = int(((people.start < begin) & (people.end >= begin)).sum())
        adds = int(((people.start >= begin) & (people.start < end)).sum())
        left = (people.end >= begin) & (people.end < end)
        by_reason = np.bincount(people.reason[left], minlength=len(REASONS))[1:].tolist()
        churned = int(left.sum())
        rows.append((month, opening, adds, churned, opening + adds - churned, *by_reason))
    return rows
