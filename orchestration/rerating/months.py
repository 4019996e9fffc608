"""Local months as their first days.

What belongs here: the calendar of closing. Which months are closed is landed.
"""

from __future__ import annotations

from datetime import date

from orchestration.errors import PipelineError


def month_after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def a_month(text: str) -> date:
    """Return the first day of a month written YYYY-MM.

    Raises:
        PipelineError: it is none.
    """
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise PipelineError(f"{text!r} is no month, expected one such as 2026-10.") from error


def months_of(first: date, last: date) -> list[date]:
    """Return the months that hold the days from `first` to `last`, both included."""
    months = [first.replace(day=1)]
    while month_after(months[-1]) <= last:
        months.append(month_after(months[-1]))
    return months
