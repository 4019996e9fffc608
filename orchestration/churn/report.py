"""The proof of a model as rows: every measure on every split, for the model and its baselines.

What belongs here: assembling measures. Each measure itself is in `evaluate` and `profit`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from orchestration.churn import evaluate
from orchestration.churn.calibrate import wilson
from orchestration.churn.profit import expected_profit
from orchestration.churn.rules import ChurnRules

SCHEMA = pa.schema(
    [
        ("model_id", pa.string()),
        ("split", pa.string()),
        ("metric", pa.string()),
        ("decile", pa.int32()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)
DECIMALS = 9


@dataclass
class Report:
    """Rows of one model's proof, in the order they were measured."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add(
        self,
        split: str,
        metric: str,
        value: float,
        *,
        decile: int = 0,
        interval: tuple[float, float] | None = None,
    ) -> None:
        """Keep one measure; a value that cannot be known is stored as unknown."""
        low, high = interval or (float("nan"), float("nan"))
        numbers = {"value": value, "low": low, "high": high}
        known = {
            name: round(float(number), DECIMALS) if np.isfinite(number) else None
            for name, number in numbers.items()
        }
        self.rows.append({"split": split, "metric": metric, "decile": decile, **known})

    def ranking(
        self, split: str, churned: np.ndarray, scores: np.ndarray, rules: ChurnRules, seed: int
    ) -> None:
        """Measure an order of customers: AUC with interval, PR-AUC, lift, EMPC and its fraction."""
        self.add(split, "rows", len(churned))
        self.add(split, "churners", float(churned.sum()))
        is_proof = split.startswith("test")
        interval = evaluate.auc_interval(churned, scores, seed) if is_proof else None
        self.add(split, "auc", evaluate.auc(churned, scores), interval=interval)
        self.add(split, "pr_auc", evaluate.average_precision(churned, scores))
        self.add(split, "top_decile_lift", evaluate.top_decile_lift(churned, scores))
        profit = expected_profit(churned, scores, rules)
        self.add(split, "empc", profit.amount)
        self.add(split, "empc_fraction", profit.fraction)

    def calibration(self, split: str, churned: np.ndarray, probability: np.ndarray) -> None:
        """Measure probabilities: Brier, calibration error, both shares by decile."""
        self.add(split, "brier", evaluate.brier(churned, probability))
        self.add(split, "calibration_error", evaluate.calibration_error(churned, probability))
        expected, hits, count = evaluate.reliability(churned, probability)
        low, high = wilson(hits, count)
        for index in np.flatnonzero(count):
            decile = int(index) + 1
            self.add(split, "expected_share", expected[index], decile=decile)
            self.add(
                split,
                "observed_share",
                hits[index] / count[index],
                decile=decile,
                interval=(low[index], high[index]),
            )

    def table(self, model_id: str) -> pa.Table:
        """Return the rows as the table that lands, columns of `SCHEMA`."""
        return pa.Table.from_pylist([{"model_id": model_id, **row} for row in self.rows], SCHEMA)
