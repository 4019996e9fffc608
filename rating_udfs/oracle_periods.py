"""Periods of buckets and caps: the local month, the day, N days from a start, the whole validity.

What belongs here: which dates belong together. What is granted or drawn in them does not.
"""

from datetime import date, timedelta
from typing import NamedTuple

FIRST_DATE = date(1900, 1, 1)
LAST_DATE = date(9999, 12, 31)
DAY = timedelta(1)


class Period(NamedTuple):
    """Local dates [first, last)."""

    first: date
    last: date


def period_at(kind: str, on: date, anchor: date, ends: date | None) -> Period:
    """Return the period that holds a date.

    Args:
        kind: `cycle`, `day`, `N days` or `one_off`.
        on: local date.
        anchor: first day of the first period of `N days`, and of `one_off`.
        ends: end of `one_off`, None = without end.
    """
    if kind == "cycle":
        return Period(on.replace(day=1), _next_month(on))
    if kind == "day":
        return Period(on, on + DAY)
    if kind == "one_off":
        return Period(anchor, ends or LAST_DATE)
    length = int(kind.split(maxsplit=1)[0])
    first = anchor + timedelta((on - anchor).days // length * length)
    return Period(first, first + timedelta(length))


def length_of(kind: str) -> int:
    """Return what decides which of two periods is the shorter: days, whole validities last."""
    lengths = {"day": 1, "cycle": 31, "one_off": 1_000_000}
    return lengths.get(kind) or int(kind.split(maxsplit=1)[0])


def later(kind: str, period: Period, steps: int) -> Period:
    """Return the period `steps` after another one (before it when negative).

    `one_off` has only one period: there is none before and none after.
    """
    if kind == "cycle":
        months = period.first.year * 12 + period.first.month - 1 + steps
        first = date(months // 12, months % 12 + 1, 1)
        return Period(first, _next_month(first))
    length = period.last - period.first
    return Period(period.first + steps * length, period.last + steps * length)


def _next_month(on: date) -> date:
    return (on.replace(day=1) + timedelta(31)).replace(day=1)
