"""Why a score is high: exact tree contributions, summed to business reasons and put into words.

What belongs here: contributions and wording. Reasons explain the score, not the cause.
"""

from __future__ import annotations

import lightgbm as lgb
import numpy as np
import pandas as pd

from orchestration.churn.rules import ChurnRules

TOP = 3
NO_TEXT = ""


def contributions(model: lgb.Booster, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what each feature adds to the raw score, (rows, features), and the base, (rows,)."""
    parts = np.asarray(model.predict(values, pred_contrib=True), dtype=np.float64)
    return parts[:, :-1], parts[:, -1]


def wording(feature: str, values: np.ndarray, rules: ChurnRules) -> np.ndarray:
    """Return the fact behind one feature in words, shape (rows,), empty where no wording fits."""
    texts = np.full(len(values), NO_TEXT, dtype=object)
    unknown = np.isnan(values)
    for row in rules.reasons:
        if row.feature != feature:
            continue
        inside = (values >= row.value_from) & (values < row.value_to)
        chosen = unknown if row.is_unknown else inside & ~unknown
        shown = pd.Series(np.abs(values[chosen]) * row.scale, dtype=object)
        texts[chosen] = shown.map(row.wording.format).to_numpy(dtype=object)
    return texts


def top_reasons(parts: np.ndarray, values: np.ndarray, rules: ChurnRules) -> pd.DataFrame:
    """Return the three reasons that raise each score most, each with the fact behind it.

    Args:
        parts: contributions to the raw score, shape (rows, features).
        values: the features, same shape.
        rules: names features, reasons and wordings.

    Returns:
        Columns reason_1, reason_1_text to reason_3_text, text objects, empty where fewer reasons
        raise the score. The fact is that of the reason's strongest feature with a wording.
    """
    of_feature = np.array([rules.reason_of[name] for name in rules.features], dtype=object)
    names = np.array(list(dict.fromkeys(of_feature)), dtype=object)
    member = (of_feature[:, None] == names[None, :]).astype(np.float64)
    total = parts @ member
    texts = np.empty(parts.shape, dtype=object)
    for index, name in enumerate(rules.features):
        texts[:, index] = wording(name, values[:, index], rules)
    worded = np.where(texts == NO_TEXT, -np.inf, parts)
    order = np.argsort(-total, axis=1, kind="stable")
    row = np.arange(len(parts))
    columns = {}
    for place in range(TOP):
        chosen = order[:, min(place, len(names) - 1)]
        own = np.where(member.T[chosen] > 0, worded, -np.inf)
        fact = np.argmax(own, axis=1)
        holds = (total[row, chosen] > 0) & np.isfinite(own[row, fact]) & (place < len(names))
        columns[f"reason_{place + 1}"] = np.where(holds, names[chosen], NO_TEXT)
        columns[f"reason_{place + 1}_text"] = np.where(holds, texts[row, fact], NO_TEXT)
    return pd.DataFrame(columns)
