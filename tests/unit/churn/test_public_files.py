"""Honest AUC bands on public churn files: above a band is a leak, below it a bug."""

from __future__ import annotations

from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import StratifiedKFold

from orchestration.churn import evaluate, train

pytestmark = pytest.mark.samples
MARGIN = 0.02
FOLDS = 5


def coded(frame: pd.DataFrame) -> np.ndarray:
    """Return every column as numbers: text by its place in the sorted list of values."""
    numbers = {}
    for name in frame.columns:
        told = pd.to_numeric(frame[name], errors="coerce")
        is_number = told.notna().mean() > 0.9
        numbers[name] = told if is_number else frame[name].astype("category").cat.codes
    return pd.DataFrame(numbers).to_numpy(dtype=np.float64)


def cross_validated_auc(values: np.ndarray, churned: np.ndarray) -> float:
    """Return the mean AUC of our trees over five folds."""
    found = []
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    names = [f"f{index}" for index in range(values.shape[1])]
    for taught, asked in folds.split(values, churned):
        trees = train.fit_trees(values[taught], churned[taught], [0] * len(names), 0, names)
        assert isinstance(trees, lgb.Booster)
        found.append(evaluate.auc(churned[asked], train.raw_scores(trees, values[asked])))
    return float(np.mean(found))


def frame_of(samples: Path, name: str) -> pd.DataFrame:
    path = samples / "churn" / name
    if not path.exists():
        pytest.skip(f"no sample file {name}")
    frame = pd.read_csv(path, encoding="utf-8-sig")
    return frame.rename(columns=lambda column: str(column).strip())


def test_ibm_file_stays_inside_its_band(samples: Path) -> None:
    frame = frame_of(samples, "ibm-telco-churn-v1.csv")
    churned = (frame.pop("Churn") == "Yes").to_numpy(dtype=np.int64)
    found = cross_validated_auc(coded(frame.drop(columns=["customerID"])), churned)
    assert 0.84 - MARGIN <= found <= 0.85 + MARGIN


def test_a_planted_outcome_in_the_ibm_file_breaks_the_band_and_is_suspect(samples: Path) -> None:
    frame = frame_of(samples, "ibm-telco-churn-v1.csv")
    churned = (frame.pop("Churn") == "Yes").to_numpy(dtype=np.int64)
    noise = np.random.default_rng(0).normal(0, 0.45, len(frame))
    leaky = frame.drop(columns=["customerID"]).assign(care_code=churned + noise)
    values = coded(leaky)
    assert cross_validated_auc(values, churned) > 0.85 + MARGIN
    assert "care_code" in evaluate.leak_suspects(values, churned, list(leaky.columns))


def test_maven_file_stays_inside_its_band(samples: Path) -> None:
    frame = frame_of(samples, "maven-telecom_customer_churn.csv")
    frame = frame[frame["Customerstatus"] != "Joined"]
    churned = (frame["Customerstatus"] == "Churned").to_numpy(dtype=np.int64)
    outcome = ["Customerid", "Customerstatus", "Churncategory", "Churnreason"]
    found = cross_validated_auc(coded(frame.drop(columns=outcome)), churned)
    assert 0.915 - MARGIN <= found <= 0.939 + MARGIN
