"""Trouble tickets: who complains, about what, and how long it takes.

Complaints follow dropped calls, so the bad-network week shows in them; they raise churn afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic.calendar import BAD_REGION, BAD_WEEK, is_bad_day, local_midnight
from ingestion.synthetic.network_plan import CELL_REGION
from ingestion.synthetic.people import Subscriptions

KINDS = ("coverage", "billing", "order", "other")
SEVERITIES = ("minor", "major", "critical")


@dataclass
class Tickets:
    """One entry per ticket, in order of creation within its month."""

    created: np.ndarray
    resolved: np.ndarray
    subscription: np.ndarray
    kind: np.ndarray
    severity: np.ndarray

    @staticmethod
    def joined(months: list[Tickets]) -> Tickets:
        """Return the tickets of all months, oldest month first."""
        names = ("created", "resolved", "subscription", "kind", "severity")
        return Tickets(
            *(np.concatenate([getattr(month, name) for month in months]) for name in names)
        )


def draw_tickets(
    rng: np.random.Generator,
    month: date,
    people: Subscriptions,
    drops: np.ndarray,
    span: tuple[int, int],
) -> Tickets:
    """Return the tickets of one month.

    Args:
        rng: the month's stream.
        month: its first day.
        people: the base before the month's newcomers.
        drops: expected dropped calls in the month, one per subscription.
        span: its first epoch second and the one after its last.
    """
    begin, end = span
    count = len(people)
    coverage = rng.random(count) < np.minimum(0.05 * drops, 0.6)
    other = rng.random(count) < 0.014
    kind = np.where(coverage, 0, rng.choice(np.array([1, 2, 3]), count, p=(0.5, 0.2, 0.3)))
    created = (
        begin
        + rng.integers(0, (end - begin) // 3600 - 14, count) * 3600
        + rng.integers(0, 3600, count)
    )
    in_bad_week = (
        coverage & (CELL_REGION[people.cell] == BAD_REGION) & is_bad_day(max(month, BAD_WEEK[0]))
    )
    in_bad_week &= month == BAD_WEEK[0].replace(day=1)
    week = local_midnight(BAD_WEEK[0]) + rng.integers(0, 9 * 86_400, count)
    created = np.where(in_bad_week, week, created)
    lasting = rng.integers(3, 140, count) * 3600 + rng.integers(0, 3600, count)
    severity = rng.choice(3, count, p=(0.62, 0.31, 0.07))
    chosen = (
        (coverage | other)
        & (created > people.start)
        & (created < np.minimum(people.end, people.silent))
    )
    who = np.flatnonzero(chosen)
    who = who[np.argsort(created[who], kind="stable")]
    return Tickets(created[who], (created + lasting)[who], who, kind[who], severity[who])
