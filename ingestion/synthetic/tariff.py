"""Reference rows made ready for the truth's arithmetic: rates, prefixes, bands, which row applies.

Written from the pricing rules, never from the warehouse's SQL. Charges are in `pricing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from ingestion.synthetic.catalogue import DESTINATION, Row

ANY = "*any"
Tables = dict[str, list[Row]]
ENDLESS = 2**62
_POWERS = 10 ** np.arange(19, dtype=np.int64)


def micro(text: object) -> int:
    """Return a price written with up to 6 decimals as whole millionths."""
    return int(Decimal(str(text)) * 1_000_000)


def is_valid(first: object, end: object, day: date) -> bool:
    """Return whether a half-open validity holds on a day; an empty end is open."""
    text = day.isoformat()
    return str(first) <= text and (str(end) == "" or text < str(end))


@dataclass(frozen=True)
class RateBook:
    """All rates as arrays of shape (rates, tiers) or (rates,); money in millionths."""

    ids: tuple[str, ...]
    start: np.ndarray
    price: np.ndarray
    increment: np.ndarray
    unit_size: np.ndarray
    setup: np.ndarray
    minimum: np.ndarray

    @staticmethod
    def of(rows: list[Row]) -> RateBook:
        """Return the book of `rates` rows; tiers of a rate come in ascending order."""
        ids = tuple(dict.fromkeys(str(row[0]) for row in rows))
        tiers = [[row for row in rows if row[0] == rate] for rate in ids]
        width = max(len(one) for one in tiers) + 1
        start = np.full((len(ids), width), ENDLESS, np.int64)
        price, increment = (
            np.zeros((len(ids), width), np.int64),
            np.ones((len(ids), width), np.int64),
        )
        for number, one in enumerate(tiers):
            for step, (_, begin, unit_price, _, every, _, _) in enumerate(one):
                start[number, step], increment[number, step] = int(str(begin)), int(str(every))
                price[number, step] = micro(unit_price)
        firsts = [one[0] for one in tiers]
        column = [[int(str(row[3])), micro(row[5]), micro(row[6])] for row in firsts]
        size, setup, minimum = np.array(column, np.int64).T
        return RateBook(ids, start, price, increment, size, setup, minimum)


class Prefixes:
    """Longest-prefix match of dialled digits on one day."""

    def __init__(self, rows: list[Row], day: date) -> None:
        self._by_length: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        valid = [
            (str(row[1]), DESTINATION[str(row[0])]) for row in rows if is_valid(row[2], row[3], day)
        ]
        for length in sorted({len(prefix) for prefix, _ in valid}, reverse=True):
            pairs = sorted((int(prefix), one) for prefix, one in valid if len(prefix) == length)
            keys, values = np.array(pairs, np.int64).T
            self._by_length[length] = (keys, values)

    def match(self, digits: np.ndarray) -> np.ndarray:
        """Return the destination index of each number, -1 where no prefix fits."""
        found = np.full(len(digits), -1, np.int64)
        length = np.searchsorted(_POWERS, digits, side="right")
        for width, (keys, values) in self._by_length.items():
            open_rows = np.flatnonzero((found < 0) & (length >= width))
            head = digits[open_rows] // _POWERS[length[open_rows] - width]
            at = np.minimum(np.searchsorted(keys, head), len(keys) - 1)
            hit = keys[at] == head
            found[open_rows[hit]] = values[at[hit]]
        return found


class Bands:
    """Which band row holds at each local minute, per band set and kind of day."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self.sets = tuple(dict.fromkeys(str(row[0]) for row in rows))
        self.ids = tuple(dict.fromkeys(str(row[1]) for row in rows))
        self.band_of = np.array([self.ids.index(str(row[1])) for row in rows])
        self._cache: dict[tuple[str, int, bool], np.ndarray] = {}

    def rows(self, band_set: str, weekday: int, holiday: bool) -> np.ndarray:
        """Return the row that holds at each of 1,440 minutes: highest weight, then latest start."""
        key = (band_set, weekday, holiday)
        if key not in self._cache:
            best = np.full(1440, -1, np.int64)
            rank = np.full(1440, -1, np.int64)
            for number, (name, _, days, on_holiday, starts, weight, _) in enumerate(self._rows):
                fits = name == band_set and (days == ANY or str(weekday) in str(days).split(";"))
                if not fits or (on_holiday == "yes" and not holiday):
                    continue
                hour, minute = map(int, str(starts).split(":"))
                begin = hour * 60 + minute
                mine = int(str(weight)) * 1440 + begin
                better = (np.arange(1440) >= begin) & (mine > rank)
                best[better], rank[better] = number, mine
            self._cache[key] = best
        return self._cache[key]

    def minutes(self, band_set: str, weekday: int, holiday: bool) -> np.ndarray:
        """Return the band index of each of 1,440 minutes."""
        return self.band_of[self.rows(band_set, weekday, holiday)]


@dataclass(frozen=True)
class Choice:
    """A chosen price row: rate index, band set, tax class; rate -1 when nothing applies."""

    rate: int
    band_set: str
    tax_class: str


NOTHING = Choice(-1, "", "")


def best_row(rows: list[Row], destination: str, band_at: dict[str, str]) -> Row | None:
    """Return the `rate_cards` row that prices an event, None when there is none.

    Args:
        rows: rows of one card, service and direction that are valid on the day.
        destination: destination id, `*any` when unknown or not applicable.
        band_at: band id at the event's start, per band set.
    """
    fits = [
        row
        for row in rows
        if row[3] in {destination, ANY} and row[5] in {band_at[str(row[4])], ANY}
    ]
    return max(fits, key=lambda row: (row[3] != ANY, row[5] != ANY, int(str(row[7]))), default=None)
