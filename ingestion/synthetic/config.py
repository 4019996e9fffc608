"""What a simulated world is asked to be, what a run reports, where its randomness comes from.

Knobs live here and nothing else: no catalogue row, no event, no file is made in this module.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

TIME_ZONE = "Europe/Madrid"
CURRENCY = "EUR"


@dataclass(frozen=True)
class FaultRates:
    """How often a planted fault occurs, as a share of usage records unless said otherwise."""

    duplicate: float = 0.0010
    conflict: float = 0.0002
    broken: float = 0.0005
    unknown_subscriber: float = 0.0010
    test_number: float = 0.0010
    lost_partial: float = 0.25
    """Share of the second gateway's sessions in three records or more whose second is lost."""
    suspect_granule: float = 0.0020
    """Share of cell hours whose counters the element marked suspect."""
    legacy_products: float = 0.0040
    """Share of the first subscriptions that sit on a plan without a price row."""
    duplicate_file_every_days: int = 14


@dataclass(frozen=True)
class SimulationConfig:
    """One world: the same values give the same bytes.

    Raises:
        ValueError: if a value is outside what the simulator can make believable.
    """

    subscribers: int = 1500
    months: int = 14
    start: date = date(2025, 9, 1)
    seed: int = 7
    only_from: date | None = None
    only_to: date | None = None
    faults: FaultRates = field(default_factory=FaultRates)

    def __post_init__(self) -> None:
        """Refuse a world that cannot be made."""
        if self.subscribers < 20:
            raise ValueError(f"subscribers is {self.subscribers}, expected at least 20")
        if self.months < 1:
            raise ValueError(f"months is {self.months}, expected at least 1")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}, expected a whole number >= 0")
        if self.start.day != 1:
            raise ValueError(f"start is {self.start}, expected the first day of a month")
        if (self.only_from is None) != (self.only_to is None):
            raise ValueError("only_from and only_to go together: give both or neither")
        if self.only_from is not None and self.only_to is not None:
            self._check_window(self.only_from, self.only_to)

    def _check_window(self, first: date, end: date) -> None:
        if first < self.start:
            raise ValueError(f"only_from is {first}, before the world's first day {self.start}")
        if end <= first:
            raise ValueError(f"only_to is {end}, expected a day after only_from {first}")

    @property
    def is_partial(self) -> bool:
        """Whether only some days are written, to be added to an earlier run."""
        return self.only_from is not None

    def window(self) -> tuple[date, date]:
        """Return the local days to write as [first, end)."""
        if self.only_from is not None and self.only_to is not None:
            return self.only_from, self.only_to
        return self.start, add_months(self.start, self.months)


@dataclass
class SimulationReport:
    """What a run wrote: counts only, so that a caller can print it."""

    files: int = 0
    bytes: int = 0
    events: int = 0
    subscriptions: int = 0
    first_day: date | None = None
    last_day: date | None = None
    seconds: float = 0.0
    files_by_feed: dict[str, int] = field(default_factory=dict)


def add_months(day: date, months: int) -> date:
    """Return the first day of the month `months` after the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_index(start: date, day: date) -> int:
    """Return how many calendar months `day` lies after `start`."""
    return (day.year - start.year) * 12 + day.month - start.month


def days_between(first: date, end: date) -> list[date]:
    """Return the days of [first, end), oldest first."""
    return [first + timedelta(days=offset) for offset in range((end - first).days)]


def stream(seed: int, purpose: str, *position: int) -> np.random.Generator:
    """Return the random stream of one purpose at one position, independent of all others."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), *position])
