"""The shape of the scores that land, so that an empty state and a full one look alike.

What belongs here: the Arrow schema and how it is filled. Writing is in `files`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

PROBABILITY = pa.decimal128(9, 6)
REASONS = [name for place in (1, 2, 3) for name in (f"reason_{place}", f"reason_{place}_text")]
SCHEMA = pa.schema(
    [
        ("subscription_id", pa.string()),
        ("churn_probability", PROBABILITY),
        ("probability_low", PROBABILITY),
        ("probability_high", PROBABILITY),
        *[(name, pa.string()) for name in REASONS],
        ("model_id", pa.string()),
        ("label_rule_id", pa.string()),
    ]
)


def _exact(values: np.ndarray) -> pa.Array:
    return pa.array(np.round(np.asarray(values, dtype=np.float64), 6)).cast(PROBABILITY)


def _filled(texts: pd.Series) -> pa.Array:
    return pa.array(texts.where(texts != "", None), pa.string(), from_pandas=True)


def score_table(
    *,
    subscriptions: list[str] | None = None,
    probability: np.ndarray | None = None,
    low: np.ndarray | None = None,
    high: np.ndarray | None = None,
    why: pd.DataFrame | None = None,
    model_id: str = "",
    label_rule_id: str = "",
) -> pa.Table:
    """Return scores ordered by subscription, columns of `SCHEMA`; without arguments an empty table.

    Args:
        subscriptions: ids, shape (rows,).
        probability: calibrated, 0 to 1, shape (rows,); rounded to six decimals.
        low: lower end of its interval, shape (rows,).
        high: upper end, shape (rows,).
        why: columns reason_1 to reason_3_text, one row each.
        model_id: name of the model.
        label_rule_id: row of churn_label_rules.
    """
    if subscriptions is None or probability is None or low is None or high is None or why is None:
        return SCHEMA.empty_table()
    count = len(subscriptions)
    table = pa.table(
        [
            pa.array(subscriptions, pa.string()),
            _exact(probability),
            _exact(low),
            _exact(high),
            *[_filled(pd.Series(why[name], dtype=object)) for name in REASONS],
            pa.array([model_id] * count, pa.string()),
            pa.array([label_rule_id] * count, pa.string()),
        ],
        schema=SCHEMA,
    )
    return table.sort_by("subscription_id")
