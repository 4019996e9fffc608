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
from ingestion.synthetic.people import Block
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


def expected_drops(block: Block, month: date) -> np.ndarray:
    """Return the dropped calls each subscription should expect, the bad week included."""
    people = block.subscriptions
    bad = day_share_bad(month) * (BAD_WEEK_FACTOR - 1) * (CELL_REGION[people.cell] == BAD_REGION)
    rate = BASE_DROP * CELL_QUALITY[people.cell] * people.coverage * (1 + bad)
    return np.where(people.fixed, 0.0, behaviour.monthly_drops(people.plan, people.voice, rate))
