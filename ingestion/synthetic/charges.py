"""The arithmetic of a charge: increments, tiers, allowance, set-up fee, minimum, one rounding.

Whole numbers throughout; which rate applies is found in `guiding` and `wholesale`, and calls that a
time edge cuts are in `segments`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.synthetic.tariff import RateBook


@dataclass
class Amount:
    """Exact money, one fraction of millionths per event: `above` / `below`."""

    above: np.ndarray
    below: np.ndarray

    def replace(self, rows: np.ndarray, other: Amount) -> None:
        """Take the entries at some positions from another one of the same length."""
        self.above[rows], self.below[rows] = other.above[rows], other.below[rows]

    def rounded(self, decimals: int, kept_pct: np.ndarray | int = 100) -> np.ndarray:
        """Return whole numbers of 10**-decimals, rounded once half-up.

        Args:
            decimals: 0 to 6.
            kept_pct: what a discount leaves, in whole percent.
        """
        above = self.above * kept_pct
        below = self.below * (100 * 10 ** (6 - decimals))
        return (2 * above + below) // (2 * below)


def charged_units(book: RateBook, rate: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """Return the charged units per tier, shape (events, tiers): started increments count whole.

    What an increment reaches into the next tier is no longer counted there.
    """
    start, increment = book.start[rate], book.increment[rate]
    units = np.zeros((len(rate), start.shape[1] - 1), np.int64)
    reached = np.zeros(len(rate), np.int64)
    for tier in range(units.shape[1]):
        over = np.minimum(quantity, start[:, tier + 1]) - reached
        steps = -(-np.maximum(over, 0) // increment[:, tier]) * increment[:, tier]
        units[:, tier] = steps
        reached += steps
    return units


def amounts(book: RateBook, rate: np.ndarray, quantity: np.ndarray, drawn: np.ndarray) -> Amount:
    """Return the exact amount of events under one rate each.

    Args:
        book: the rates.
        rate: rate index per event.
        quantity: seconds, bytes or messages.
        drawn: charged units an allowance paid for, taken from the front.
    """
    units = charged_units(book, rate, quantity)
    before = np.cumsum(units, axis=1) - units
    priced = units - np.clip(drawn[:, None] - before, 0, units)
    size = book.unit_size[rate]
    to_pay = (units.sum(axis=1) > drawn) & (quantity > 0)
    above = (priced * book.price[rate][:, :-1]).sum(axis=1)
    above = above + np.where(to_pay, book.setup[rate] * size, 0)
    above = np.where(to_pay, np.maximum(above, book.minimum[rate] * size), above)
    return Amount(above, size)


def charges(
    book: RateBook, rate: np.ndarray, quantity: np.ndarray, drawn: np.ndarray, decimals: int
) -> np.ndarray:
    """Return the charges of `amounts` in units of 10**-decimals, rounded once half-up."""
    return amounts(book, rate, quantity, drawn).rounded(decimals)
