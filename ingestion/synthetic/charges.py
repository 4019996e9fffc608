"""The arithmetic of a charge: increments, tiers, allowance, set-up fee, minimum, one rounding.

Whole numbers throughout; which rate applies is found in `pricing` and `wholesale`.
"""

from __future__ import annotations

import numpy as np

from ingestion.synthetic.tariff import RateBook


def charged_units(book: RateBook, rate: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """Return the charged units per tier, shape (events, tiers): started increments count whole."""
    start, increment = book.start[rate], book.increment[rate]
    over = np.maximum(quantity[:, None] - start[:, :-1], 0)
    steps = -(-over // increment[:, :-1]) * increment[:, :-1]
    return np.where(over > 0, np.minimum(steps, start[:, 1:] - start[:, :-1]), 0)


def charges(
    book: RateBook, rate: np.ndarray, quantity: np.ndarray, drawn: np.ndarray, decimals: int
) -> np.ndarray:
    """Return charges in units of 10**-decimals, rounded once half-up.

    Args:
        book: the rates.
        rate: rate index per event.
        quantity: seconds, bytes or messages.
        drawn: charged units an allowance paid for, taken from the front.
        decimals: 0 to 6.
    """
    units = charged_units(book, rate, quantity)
    before = np.cumsum(units, axis=1) - units
    priced = units - np.clip(drawn[:, None] - before, 0, units)
    total = units.sum(axis=1)
    size = book.unit_size[rate]
    to_pay = (total > drawn) & (quantity > 0)
    numerator = (priced * book.price[rate][:, :-1]).sum(axis=1)
    numerator = numerator + np.where(to_pay, book.setup[rate] * size, 0)
    numerator = np.where(to_pay, np.maximum(numerator, book.minimum[rate] * size), numerator)
    divisor = size * 10 ** (6 - decimals)
    return (2 * numerator + divisor) // (2 * divisor)
