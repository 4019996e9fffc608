"""Numbers of ours that moved to Bora: which, when, and where a call to one of them goes.

The truth and the reference table come from the same rows; nobody holds these numbers here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from ingestion.synthetic.catalogue import Row

ROUTING_PREFIX = "99961"
_FIRST = 99960 * 10**7 + 8_950_000
_POOL = 24
_SHARE = 16
"""One call in so many to a mobile number is to one of these."""
_ROUTED = int(ROUTING_PREFIX) * 10**7
_OPEN = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Portings:
    """When each number of the pool is served by Bora: epoch seconds, half-open."""

    begins: np.ndarray
    ends: np.ndarray

    @staticmethod
    def of(rows: list[Row]) -> Portings:
        """Return what the rows of `ported_numbers` say, one per number of the pool."""
        return Portings(
            np.array([_epoch(row[2]) for row in rows], np.int64),
            np.array([_epoch(row[3]) for row in rows], np.int64),
        )

    def at_bora(self, place: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return whether Bora serves the numbers of these places at the instants."""
        return (at >= self.begins[place]) & (at < self.ends[place])

    def dialled(self, numbers: np.ndarray, at: np.ndarray, to_bora: np.ndarray) -> np.ndarray:
        """Return numbers, a share of them replaced by those of the pool that lead the same way.

        Args:
            numbers: national mobile numbers as drawn; they decide themselves, so no draw is spent.
            at: when each is dialled.
            to_bora: whether it leads to Bora; else it stays with us.
        """
        place = numbers // _SHARE % _POOL
        fits = (numbers % _SHARE == 0) & (self.at_bora(place, at) == to_bora)
        return np.where(fits, _FIRST + place, numbers)

    def routed(self, numbers: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return the digits by which each number is routed at the instant."""
        place = numbers - _FIRST
        in_pool = (place >= 0) & (place < _POOL)
        moved = in_pool & self.at_bora(np.where(in_pool, place, 0), at)
        return np.where(moved, _ROUTED, numbers)


def ported_rows(start: date) -> list[Row]:
    """Return the rows of `ported_numbers` of a world that begins on `start`.

    A number moves every other day; every third comes back.
    """
    first = datetime(start.year, start.month, start.day, 10, tzinfo=UTC) + timedelta(days=5)
    rows: list[Row] = []
    for place in range(_POOL):
        begin = first + timedelta(days=2 * place)
        end = begin + timedelta(days=20, minutes=30) if place % 3 == 2 else None
        rows.append((str(_FIRST + place), ROUTING_PREFIX, _text(begin), _text(end) if end else ""))
    return rows


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _epoch(text: object) -> int:
    return int(datetime.fromisoformat(str(text)).timestamp()) if text else _OPEN
