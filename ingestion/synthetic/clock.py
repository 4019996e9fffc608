"""Time edges: the instants at which the price of a call may change without anybody doing anything.

Local midnights and the edges of time bands; plan changes of a holder are in `population`.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from ingestion.synthetic.calendar import is_holiday, local_day, local_midnight
from ingestion.synthetic.tariff import Bands

DAYS = 2
"""A call starts on the day and ends, an hour long at most, on the day or the next one."""


class Clock:
    """A local day and the next, cut into slots in which the date and every set's band row hold.

    `edges` holds the epoch second each slot begins at and, last, the end of the days; `days` the
    local date of each slot, `bands` each slot's band index per set in the order of `Bands.sets`.
    """

    def __init__(self, bands: Bands, first: date) -> None:
        self.days: list[date] = []
        edges, held = [], []
        for offset in range(DAYS):
            day = local_day(first + timedelta(days=offset))
            # The real minutes of the day as the clock on the wall shows them: 23 to 25 hours.
            shown = (day.local_hours[:, None] * 60 + np.arange(60)).reshape(-1)
            weekday, holiday = day.day.isoweekday(), is_holiday(day.day)
            rows = np.stack([bands.rows(name, weekday, holiday)[shown] for name in bands.sets])
            turns = np.any(np.diff(rows, axis=1, prepend=-9) != 0, axis=0)
            minutes = np.flatnonzero(turns)
            edges.append(day.start + minutes * 60)
            held.append(bands.band_of[rows[:, minutes]])
            self.days += [day.day] * len(minutes)
        self.edges = np.concatenate([*edges, [local_midnight(first + timedelta(days=DAYS))]])
        self.bands = np.concatenate(held, axis=1)
        self._bands = bands

    def slot(self, at: np.ndarray) -> np.ndarray:
        """Return the slot of each instant."""
        return np.searchsorted(self.edges, at, side="right") - 1

    def next_edge(self, at: np.ndarray) -> np.ndarray:
        """Return the first edge after each instant."""
        return self.edges[np.searchsorted(self.edges, at, side="right")]

    def band_at(self, slot: int) -> dict[str, str]:
        """Return the band of every set in a slot."""
        held = self.bands[:, slot].tolist()
        return {
            name: self._bands.ids[band] for name, band in zip(self._bands.sets, held, strict=True)
        }
