"""The population as all other modules see it: who exists, and every change of their products.

The life that leads to it is in `lifecycle`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic import behaviour
from ingestion.synthetic.calendar import BAD_REGION, day_share_bad
from ingestion.synthetic.network_plan import BAD_WEEK_FACTOR, BASE_DROP, CELL_QUALITY, CELL_REGION
from ingestion.synthetic.people import NEVER, Block
from ingestion.synthetic.tickets import Tickets

CREATE, ATTRIBUTE, STATE = 0, 1, 2
ACTIVE, SUSPENDED, TERMINATED = 0, 1, 2


@dataclass
class Versions:
    """Every change of a product, one entry each, ordered by time."""

    at: np.ndarray
    subscription: np.ndarray
    kind: np.ndarray
    plan: np.ndarray
    status: np.ndarray
    contract_start: np.ndarray
    contract_end: np.ndarray


@dataclass
class Population:
    """The whole world of people up to a day, and what the answer key says about its churn."""

    block: Block
    versions: Versions
    tickets: Tickets
    hazards: list[dict[str, float]]
    first_contracts: tuple[np.ndarray, np.ndarray]

    def plan_on(self, second: int) -> np.ndarray:
        """Return each subscription's plan index at an instant."""
        plan = self.block.subscriptions.first_plan.copy()
        chosen = (self.versions.at <= second) & (self.versions.kind == ATTRIBUTE)
        plan[self.versions.subscription[chosen]] = self.versions.plan[chosen]
        return plan


class PlanHistory:
    """Every subscription's plan at any instant: the changes of plan, by subscription and time."""

    def __init__(self, population: Population) -> None:
        versions, self._first = population.versions, population.block.subscriptions.first_plan
        rows = np.flatnonzero(versions.kind == ATTRIBUTE)
        rows = rows[np.lexsort((versions.at[rows], versions.subscription[rows]))]
        who, plan = versions.subscription[rows], versions.plan[rows]
        before = np.where(np.diff(who, prepend=-1) != 0, self._first[who], np.roll(plan, 1))
        # A renewal is a version too, but changes no plan.
        rows = rows[plan != before]
        self._who, self._plan = versions.subscription[rows], versions.plan[rows]
        self._at, self._key = versions.at[rows], self._keys(self._who, versions.at[rows])

    @staticmethod
    def _keys(who: np.ndarray, at: np.ndarray) -> np.ndarray:
        return who.astype(np.int64) * 2**40 + at

    def _next(self, who: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.searchsorted(self._key, self._keys(who, at), side="right")

    def at(self, who: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return the plan index of subscriptions at instants; the last plan never ends."""
        before = self._next(who, at) - 1
        plan = self._first[who].copy()
        moved = np.flatnonzero(before >= 0)
        moved = moved[self._who[before[moved]] == who[moved]]
        plan[moved] = self._plan[before[moved]]
        return plan

    def next_change(self, who: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return the first change of plan after each instant, far away where there is none."""
        after = self._next(who, at)
        change = np.full(len(who), NEVER, np.int64)
        more = np.flatnonzero(after < len(self._at))
        more = more[self._who[after[more]] == who[more]]
        change[more] = self._at[after[more]]
        return change


def expected_drops(block: Block, month: date) -> np.ndarray:
    """Return the dropped calls each subscription should expect, the bad week included."""
    people = block.subscriptions
    bad = day_share_bad(month) * (BAD_WEEK_FACTOR - 1) * (CELL_REGION[people.cell] == BAD_REGION)
    rate = BASE_DROP * CELL_QUALITY[people.cell] * people.coverage * (1 + bad)
    return np.where(people.fixed, 0.0, behaviour.monthly_drops(people.plan, people.voice, rate))
