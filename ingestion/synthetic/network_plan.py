"""The radio network as planned: regions, sites, cells, and how good each cell is.

The map and the quality every other module agrees on; the hourly counters are made in `network`.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.synthetic.calendar import BAD_REGION, is_bad_day
from ingestion.synthetic.catalogue import EARLY, OPEN, Row

REGIONS = ("North", "South", "East", "West", "Centre")
CELLS = 30
CELLS_PER_REGION = 6
CELL_IDS = tuple(f"C{number:03d}" for number in range(1, CELLS + 1))
CELL_REGION = np.repeat(np.arange(5), CELLS_PER_REGION)
_CENTRES = ((42.9, -3.1), (37.4, -4.6), (40.6, 0.4), (40.4, -6.2), (40.4, -3.7))
_TECHNOLOGY = ("LTE", "LTE", "NR", "LTE", "NR", "LTE")
BASE_DROP = 0.009
BAD_WEEK_FACTOR = 9.0
# Lasting difference between cells: the sixth cell of each region is the weak one.
CELL_QUALITY = np.tile(np.array([0.7, 0.8, 0.6, 1.0, 0.9, 2.6]), 5)


def cell_rows() -> list[Row]:
    """Return the rows of `cells`: two cells on each of 15 sites."""
    rows: list[Row] = []
    for cell in range(CELLS):
        latitude, longitude = _CENTRES[CELL_REGION[cell]]
        site = cell // 2
        rows.append(
            (
                CELL_IDS[cell],
                f"SITE{site + 1:02d}",
                REGIONS[CELL_REGION[cell]],
                _TECHNOLOGY[cell % CELLS_PER_REGION],
                f"{latitude + 0.07 * (site % 3):.5f}",
                f"{longitude + 0.05 * (site % 3):.5f}",
                EARLY,
                OPEN,
            )
        )
    return rows


def drop_rates(day: date) -> np.ndarray:
    """Return the chance that an answered call of this day drops, per cell; shape (30,)."""
    rates = BASE_DROP * CELL_QUALITY
    if is_bad_day(day):
        rates = np.where(
            CELL_REGION == BAD_REGION, np.maximum(rates * BAD_WEEK_FACTOR, 0.08), rates
        )
    return np.minimum(rates, 0.35)
