"""From a rank to a probability: sigmoid or isotonic on a later month, with an interval per bin.

What belongs here: calibration. It is monotone, so it never changes the order of two customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

# Below this many churners isotonic steps follow single customers.
ISOTONIC_FROM = 1_000
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Calibration:
    """A fitted calibration and the bins its interval comes from.

    `points` are (slope, intercept) of a sigmoid, or the x of isotonic steps and then their y.
    `bin_edges` are the inner raw-score edges, shape (bins - 1,); `bin_low` and `bin_high` the 95 %
    interval of the churn share in each bin.
    """

    kind: str
    points: list[float]
    bin_edges: list[float]
    bin_low: list[float]
    bin_high: list[float]

    def probability(self, raw: np.ndarray) -> np.ndarray:
        """Return calibrated probabilities, shape (rows,)."""
        if self.kind == "sigmoid":
            slope, intercept = self.points
            return 1.0 / (1.0 + np.exp(-(slope * raw + intercept)))
        half = len(self.points) // 2
        return np.interp(raw, self.points[:half], self.points[half:])

    def interval(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper end per row; the probability lies between them."""
        bins = np.searchsorted(np.array(self.bin_edges), raw, side="right")
        point = self.probability(raw)
        low, high = np.array(self.bin_low)[bins], np.array(self.bin_high)[bins]
        return np.minimum(low, point), np.maximum(high, point)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Calibration:
        """Return what `as_dict` gave."""
        return cls(**values)


def wilson(hits: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % Wilson interval of hits / count; 0 to 1 where nothing was counted."""
    count = np.asarray(count, dtype=np.float64)
    safe = np.maximum(count, 1.0)
    share = np.asarray(hits, dtype=np.float64) / safe
    spread = Z_95**2 / safe
    middle = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * np.sqrt(share * (1 - share) / safe + spread / (4 * safe))
    low = np.where(count > 0, np.clip(middle - half, 0, 1), 0.0)
    high = np.where(count > 0, np.clip(middle + half, 0, 1), 1.0)
    return low, high


def calibrate(raw: np.ndarray, churned: np.ndarray, bins: int) -> Calibration:
    """Return the calibration of raw scores on rows the trees never saw.

    Args:
        raw: log-odds, shape (rows,).
        churned: 0 or 1, shape (rows,); both must occur.
        bins: bins of equal count behind the interval.
    """
    if churned.sum() >= ISOTONIC_FROM:
        steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(raw, churned)
        kind, points = "isotonic", [*steps.X_thresholds_, *steps.y_thresholds_]
    else:
        line = LogisticRegression(C=1e6, max_iter=500).fit(raw.reshape(-1, 1), churned)
        # A falling line would turn the ranking round; then the month's share is all that is known.
        slope = max(float(line.coef_[0, 0]), 0.0)
        share = float(churned.mean())
        intercept = float(line.intercept_[0]) if slope else float(np.log(share / (1 - share)))
        kind, points = "sigmoid", [slope, intercept]
    edges = np.quantile(raw, np.arange(1, bins) / bins)
    where = np.searchsorted(edges, raw, side="right")
    count = np.bincount(where, minlength=bins)
    low, high = wilson(np.bincount(where, weights=churned, minlength=bins), count)
    return Calibration(
        kind, [float(p) for p in points], edges.tolist(), low.tolist(), high.tolist()
    )
