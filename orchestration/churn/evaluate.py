"""How good a score is: ranking, lift, calibration, stability, and what would show a leak.

What belongs here: measures over labels and scores as arrays. Nothing is fitted here.
"""

from __future__ import annotations

import numpy as np

DECILES = 10
REPLICATES = 200
SHARE_FLOOR = 1e-4
# One feature that ranks the future this well by itself is the outcome under another name.
SUSPECT_AUC = 0.90


def _mid_ranks(scores: np.ndarray) -> np.ndarray:
    _, where, count = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count - 1) / 2)[where]


def auc(churned: np.ndarray, scores: np.ndarray) -> float:
    """Return the chance that a churner stands above a stayer; NaN when one of them is missing."""
    hits = int(churned.sum())
    misses = len(churned) - hits
    if hits == 0 or misses == 0:
        return float("nan")
    ranks = _mid_ranks(scores)
    return float((ranks[churned == 1].sum() - hits * (hits + 1) / 2) / (hits * misses))


def auc_interval(churned: np.ndarray, scores: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the AUC over redrawn customers."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, len(churned), (REPLICATES, len(churned)))
    values = [auc(churned[draw], scores[draw]) for draw in draws]
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def average_precision(churned: np.ndarray, scores: np.ndarray) -> float:
    """Return the area under precision and recall, ties taken together."""
    if not churned.sum():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ends = np.r_[np.flatnonzero(np.diff(scores[order])), len(scores) - 1]
    hits = np.cumsum(churned[order])[ends]
    return float(np.sum(np.diff(np.r_[0, hits]) * hits / (ends + 1)) / churned.sum())


def decile_of(scores: np.ndarray) -> np.ndarray:
    """Return 1 (highest scores) to 10 per row; ties keep their given order."""
    place = np.empty(len(scores), dtype=np.int64)
    place[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return place * DECILES // max(len(scores), 1) + 1


def top_decile_lift(churned: np.ndarray, scores: np.ndarray) -> float:
    """Return the churn share of the highest tenth over the share of all."""
    if not churned.sum():
        return float("nan")
    return float(churned[decile_of(scores) == 1].mean() / churned.mean())


def brier(churned: np.ndarray, probability: np.ndarray) -> float:
    """Return the mean squared error of the probabilities."""
    return float(np.mean((probability - churned) ** 2))


def reliability(
    churned: np.ndarray, probability: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return per decile, highest first: mean probability, churners, rows; shape (10,) each."""
    decile = decile_of(probability) - 1
    count = np.bincount(decile, minlength=DECILES)
    hits = np.bincount(decile, weights=churned, minlength=DECILES)
    total = np.bincount(decile, weights=probability, minlength=DECILES)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), hits, count


def calibration_error(churned: np.ndarray, probability: np.ndarray) -> float:
    """Return the mean distance of expected and observed share, deciles weighted by rows."""
    expected, hits, count = reliability(churned, probability)
    filled = count > 0
    observed = hits[filled] / count[filled]
    return float(np.average(np.abs(expected[filled] - observed), weights=count[filled]))


def stability_index(before: np.ndarray, now: np.ndarray) -> float:
    """Return the population stability index of `now` against `before`; unknown values are a bin."""
    if not len(before) or not len(now):
        return float("nan")
    known = before[~np.isnan(before)]
    edges = (
        np.unique(np.quantile(known, np.arange(1, DECILES) / DECILES))
        if len(known)
        else np.array([])
    )

    def shares(values: np.ndarray) -> np.ndarray:
        bins = np.searchsorted(edges, values, side="right")
        bins = np.where(np.isnan(values), len(edges) + 1, bins)
        return np.maximum(np.bincount(bins, minlength=len(edges) + 2) / len(values), SHARE_FLOOR)

    old, new = shares(before), shares(now)
    return float(np.sum((new - old) * np.log(new / old)))


def leak_suspects(values: np.ndarray, churned: np.ndarray, names: list[str]) -> dict[str, float]:
    """Return the features that alone rank churners too well, with their AUC either way."""
    suspects = {}
    for index, name in enumerate(names):
        column = values[:, index]
        filled = np.where(np.isnan(column), -np.inf, column)
        one_way = auc(churned, filled)
        best = max(one_way, 1 - one_way)
        if best >= SUSPECT_AUC:
            suspects[name] = best
    return suspects
