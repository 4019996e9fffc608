"""A call that a time edge cuts, priced piece by piece: its segments and what they add up to.

Which rate a piece takes is asked of the caller; calls without an edge go by `charges`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ingestion.synthetic.charges import Amount
from ingestion.synthetic.tariff import RateBook

Choose = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Of calls (positions) and instants: the status, 0 where priced, and the rate of each."""
NextEdge = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Of calls (positions) and instants: the first time edge after each, in epoch seconds."""


@dataclass
class Segments:
    """Parts of calls, one array entry each, in order within a call.

    `call` is the position of the call they are of; `begin` and `end` count its units.
    """

    call: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    rate: np.ndarray
    tier: np.ndarray

    @staticmethod
    def joined(parts: list[Segments], offsets: list[int]) -> Segments:
        """Return several groups as one; each group's calls are numbered from its offset on."""
        calls = [one.call + offset for one, offset in zip(parts, offsets, strict=True)]
        return Segments(
            np.concatenate(calls),
            *(
                np.concatenate([getattr(one, name) for one in parts])
                for name in ("begin", "end", "rate", "tier")
            ),
        )


def cut(
    book: RateBook, start: np.ndarray, quantity: np.ndarray, choose: Choose, next_edge: NextEdge
) -> tuple[Segments, np.ndarray]:
    """Return the segments of calls and each call's status, under the rule `exact`.

    All calls take their next segment together. Where one finds no price, the whole call has none:
    its status is that of the segment, and it has no segments.

    Args:
        book: the rates.
        start: epoch second of each call.
        quantity: seconds of each call, above 0.
        choose: finds the rate at an instant.
        next_edge: finds the next time edge.
    """
    status = np.zeros(len(start), np.int64)
    reached, begun = np.zeros(len(start), np.int64), np.zeros(len(start), np.int64)
    open_calls, parts = np.arange(len(start)), [np.zeros((5, 0), np.int64)]
    while len(open_calls):
        at = start[open_calls] + reached[open_calls]
        status[open_calls], rate = choose(open_calls, at)
        priced = status[open_calls] == 0
        open_calls, at, rate = open_calls[priced], at[priced], rate[priced]
        here, block, wanted = reached[open_calls], begun[open_calls], quantity[open_calls]
        tier = (book.start[rate] <= here[:, None]).sum(axis=1) - 1
        edge = next_edge(open_calls, at) - start[open_calls]
        until = np.minimum(np.minimum(wanted, edge), book.start[rate, tier + 1])
        step = book.increment[rate, tier]
        whole = block + -(-np.maximum(until - block, 0) // step) * step
        end = np.where((edge < whole) & (edge < wanted), edge, whole)
        parts.append(np.stack([open_calls, here, end, rate, tier]))
        reached[open_calls], begun[open_calls] = end, whole
        open_calls = open_calls[end < wanted]
    rows = np.concatenate(parts, axis=1)
    rows = rows[:, status[rows[0]] == 0]
    return Segments(*rows[:, np.argsort(rows[0], kind="stable")]), status


def charged_of(segments: Segments, calls: int) -> np.ndarray:
    """Return the last position of each of so many calls, 0 for a call without segments."""
    last = np.zeros(calls, np.int64)
    np.maximum.at(last, segments.call, segments.end)
    return last


def amounts(book: RateBook, segments: Segments, drawn: np.ndarray) -> Amount:
    """Return the exact amount of each call; fee and minimum are those of its first segment.

    Args:
        book: the rates.
        segments: of the calls; a call without any costs 0.
        drawn: charged units an allowance paid for, taken from the front, one entry per call.
    """
    calls, rate = len(drawn), segments.rate
    size = int(np.lcm.reduce(book.unit_size[rate])) if len(rate) else 1
    paid = segments.end - np.maximum(segments.begin, drawn[segments.call])
    each = np.maximum(paid, 0) * book.price[rate, segments.tier] * (size // book.unit_size[rate])
    above = np.zeros(calls, np.int64)
    np.add.at(above, segments.call, each)
    first = np.flatnonzero(segments.begin == 0)
    setup, minimum = np.zeros(calls, np.int64), np.zeros(calls, np.int64)
    setup[segments.call[first]] = book.setup[rate[first]] * size
    minimum[segments.call[first]] = book.minimum[rate[first]] * size
    to_pay = charged_of(segments, calls) > drawn
    above = np.where(to_pay, np.maximum(above + setup, minimum), 0)
    return Amount(above, np.full(calls, size, np.int64))
