"""The boosted trees that rank customers, and the two baselines they must beat.

What belongs here: fitting. Calibration, measuring and wording live beside it.
"""

from __future__ import annotations

import hashlib

import lightgbm as lgb
import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

ROUNDS = 80
NO_TERM_DAYS = 365.0


def fit_trees(
    values: np.ndarray, churned: np.ndarray, signs: list[int], seed: int, names: list[str]
) -> lgb.Booster:
    """Return boosted trees, the same for the same inputs on any run.

    Args:
        values: features, shape (rows, features), NaN where unknown.
        churned: 0 or 1, shape (rows,).
        signs: known direction per feature (-1, 0, 1).
        seed: of every random choice.
        names: feature names, kept in the model text.
    """
    settings = {
        "objective": "binary",
        "learning_rate": 0.05,
        "num_leaves": 4,
        "min_data_in_leaf": 150,
        "feature_fraction": 0.7,
        "lambda_l2": 5.0,
        "monotone_constraints": signs,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "num_threads": 2,
        "verbosity": -1,
    }
    data = lgb.Dataset(values, label=churned, feature_name=names, free_raw_data=False)
    return lgb.train(settings, data, num_boost_round=ROUNDS)


def raw_scores(model: lgb.Booster, values: np.ndarray) -> np.ndarray:
    """Return log-odds, shape (rows,)."""
    return np.asarray(model.predict(values, raw_score=True), dtype=np.float64)


def model_id(model_text: str, feature_hash: str) -> str:
    """Return the name under which a model is stored with its scores."""
    return "m-" + hashlib.sha256(f"{feature_hash}|{model_text}".encode()).hexdigest()[:16]


def logistic_scores(
    values: np.ndarray, churned: np.ndarray, others: list[np.ndarray]
) -> list[np.ndarray]:
    """Return the log-odds a logistic regression gives to other rows (median for unknown values)."""
    model = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(max_iter=500),
    )
    model.fit(np.clip(values, -1e9, 1e9), churned)
    return [model.decision_function(np.clip(other, -1e9, 1e9)) for other in others]


def tenure_scores(values: np.ndarray, names: list[str]) -> np.ndarray:
    """Return the rank a manager would use: nearest contract end first, then the youngest.

    Who has no contract term stands a year away from its end.
    """
    to_end = np.abs(values[:, names.index("days_to_contract_end")])
    tenure = values[:, names.index("tenure_days")]
    return -np.where(np.isnan(to_end), NO_TERM_DAYS, to_end) - tenure / 1e6
