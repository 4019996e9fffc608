"""Draws shared by all services: who is there on a day, when, in which cell, to which number.

No service-specific rule lives here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.synthetic.calendar import Day, day_factor, hour_weights
from ingestion.synthetic.catalogue import DESTINATIONS
from ingestion.synthetic.network_plan import CELL_REGION, CELLS, CELLS_PER_REGION, drop_rates
from ingestion.synthetic.people import Subscriptions
from ingestion.synthetic.population import Population
from ingestion.synthetic.portability import Portings, ported_rows

# Short codes as the switch translates them: the prefix is the whole number.
_WHOLE = {"999112", "99911850"}
_LENGTH = {
    "onnet": 0,
    "special": 0,
    "national_mobile": 12,
    "national_fixed": 12,
    "international": 11,
}


@dataclass
class Present:
    """The subscriptions that can use the network at some time of a day, and that day."""

    rng: np.random.Generator
    day: Day
    people: Subscriptions
    index: np.ndarray
    plan: np.ndarray
    drop: np.ndarray
    load: dict[str, float]
    portings: Portings

    def pick(self, expected: np.ndarray) -> np.ndarray:
        """Return one subscription index per event, given each one's expected events."""
        return np.repeat(self.index, self.rng.poisson(expected))

    def times(self, owner_business: np.ndarray, is_data: bool = False) -> np.ndarray:
        """Return a start second per event, spread over the day's real hours."""
        count = len(owner_business)
        kind = hour_weights(self.day, "data" if is_data else "consumer")
        hour = np.searchsorted(np.cumsum(kind), self.rng.random(count))
        if not is_data:
            office = np.searchsorted(
                np.cumsum(hour_weights(self.day, "business")), self.rng.random(count)
            )
            hour = np.where(owner_business, office, hour)
        hour = np.minimum(hour, self.day.hours - 1)
        return self.day.start + hour * 3600 + self.rng.integers(0, 3600, count)

    def cells(self, owner: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Return the serving cell: home, work in office hours, the region, or anywhere."""
        people, count = self.people, len(owner)
        draw = self.rng.random(count)
        hour = self.day.local_hours[(start - self.day.start) // 3600]
        office = (hour >= 9) & (hour < 18) & (self.day.day.isoweekday() <= 5)
        nearby = CELL_REGION[people.cell[owner]] * CELLS_PER_REGION
        nearby = nearby + self.rng.integers(0, CELLS_PER_REGION, count)
        away = self.rng.integers(0, CELLS, count)
        cell = np.where(office & (draw < 0.55), people.work_cell[owner], people.cell[owner])
        return np.select([draw > 0.96, draw > 0.84], [away, nearby], cell)

    def own_number(self, count: int, fixed: bool) -> np.ndarray:
        """Return numbers of present subscriptions, to be called."""
        pool = self.index[self.people.fixed[self.index] == fixed]
        if len(pool) == 0:
            return np.zeros(count, np.int64)
        return self.people.number[pool[self.rng.integers(0, len(pool), count)]]


def present(
    population: Population, day: Day, rng: np.random.Generator, start_of_world: Day
) -> Present:
    """Return who can use the network on a day; the same whatever the length of the world."""
    people = population.block.subscriptions
    gone = np.minimum(np.minimum(people.end, people.suspended), people.silent)
    index = np.flatnonzero((people.start < day.end) & (gone > day.start))
    load = {
        kind: day_factor(day.day, kind, start_of_world.day)
        for kind in ("consumer", "business", "data")
    }
    return Present(
        rng, day, people, index, population.plan_on(day.start), drop_rates(day.day), load,
        Portings.of(ported_rows(start_of_world.day)),
    )  # fmt: skip


def is_connected(here: Present, owner: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return whether the owner's service worked at that second."""
    people = here.people
    gone = np.minimum(np.minimum(people.end, people.suspended), people.silent)
    return (start >= people.start[owner]) & (start < gone[owner])


def abroad_or_other(rng: np.random.Generator, destination: np.ndarray) -> np.ndarray:
    """Return numbers under each destination's prefixes, digits as an integer.

    Args:
        rng: where the digits come from.
        destination: index into `DESTINATIONS`, none of them on-net.
    """
    numbers = np.zeros(len(destination), np.int64)
    for chosen in np.unique(destination):
        _, _, _, kind, _, prefixes, _ = DESTINATIONS[chosen]
        rows = np.flatnonzero(destination == chosen)
        pick = rng.integers(0, len(prefixes), len(rows))
        for position, prefix in enumerate(prefixes):
            mine = rows[pick == position]
            free = 0 if prefix in _WHOLE else max(_LENGTH[kind] or 12, 11) - len(prefix)
            # 0 and 1 are avoided after the prefix, where real plans put services.
            tail = rng.integers(2 * 10 ** max(free - 1, 0), 10**free, len(mine)) if free else 0
            numbers[mine] = int(prefix) * 10**free + tail
    return numbers
