"""Public churn files: what is odd in them, and honest AUC bands: above is a leak, below a bug."""

from __future__ import annotations

from pathlib import Path

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from public_sets import read_set
from sklearn.model_selection import StratifiedKFold

from orchestration.churn import evaluate, train

MARGIN = 0.02
FOLDS = 5


def coded(frame: pd.DataFrame) -> np.ndarray:
    """Return every column as numbers: text by its place in the sorted list of values."""
    numbers = {
        name: frame[name]
        if pd.api.types.is_numeric_dtype(frame[name])
        else frame[name].astype("category").cat.codes
        for name in frame.columns
    }
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


def frame_of(samples: Path, name: str, key: str) -> pd.DataFrame:
    path = samples / "churn" / name
    if not path.exists():
        pytest.skip(f"no sample file {name}")
    return read_set(path.read_bytes(), key=key).rows


SET = (
    b"id,Tenure ,Monthly Charge , Churn\n"
    b"1,0, ,No\n2,5,19.5,Yes\n3,5,19.5,Yes\n4,7,-4,No\n5,8,20,No\n"
)


# CH-4
def test_a_mark_and_blanks_in_names_are_dropped_and_said() -> None:
    found = read_set(b"\xef\xbb\xbf" + SET, key="id")
    assert list(found.rows.columns) == ["id", "Tenure", "Monthly Charge", "Churn"]
    assert (found.findings["byte_order_mark"], found.findings["trimmed_names"]) == (1, 3)
    assert "byte_order_mark" not in read_set(SET, key="id").findings


# CH-5
def test_a_blank_number_is_missing_not_0() -> None:
    charge = read_set(SET, key="id", has_credits=True).rows["Monthly Charge"]
    assert charge.isna().tolist() == [True, False, False, False, False]
    assert charge.min() == -4


# CH-6
def test_rows_that_are_equal_but_for_their_key_are_counted_and_kept() -> None:
    found = read_set(SET, key="id")
    assert found.findings["repeated_rows"] == 1
    assert len(found.rows) == 5


# CH-7
@pytest.mark.parametrize("has_credits", [False, True])
def test_a_negative_charge_is_out_of_range_unless_credits_are_told(has_credits: bool) -> None:
    found = read_set(SET, key="id", charges=["Monthly Charge"], has_credits=has_credits)
    assert found.findings.get("out_of_range", 0) == int(not has_credits)
    assert found.rows["Monthly Charge"].isna().sum() == (1 if has_credits else 2)


# CH-1, CH-3
@pytest.mark.samples
def test_ibm_file_stays_inside_its_band(samples: Path) -> None:
    frame = frame_of(samples, "ibm-telco-churn-v1.csv", "customerID")
    churned = (frame.pop("Churn") == "Yes").to_numpy(dtype=np.int64)
    found = cross_validated_auc(coded(frame.drop(columns=["customerID"])), churned)
    assert 0.84 - MARGIN <= found <= 0.85 + MARGIN


# CH-2, CH-3
@pytest.mark.samples
def test_a_planted_outcome_in_the_ibm_file_breaks_the_band_and_is_suspect(samples: Path) -> None:
    frame = frame_of(samples, "ibm-telco-churn-v1.csv", "customerID")
    churned = (frame.pop("Churn") == "Yes").to_numpy(dtype=np.int64)
    noise = np.random.default_rng(0).normal(0, 0.45, len(frame))
    leaky = frame.drop(columns=["customerID"]).assign(care_code=churned + noise)
    values = coded(leaky)
    assert cross_validated_auc(values, churned) > 0.85 + MARGIN
    assert "care_code" in evaluate.leak_suspects(values, churned, list(leaky.columns))


@pytest.mark.samples
def test_maven_file_stays_inside_its_band(samples: Path) -> None:
    frame = frame_of(samples, "maven-telecom_customer_churn.csv", "Customerid")
    frame = frame[frame["Customerstatus"] != "Joined"]
    churned = (frame["Customerstatus"] == "Churned").to_numpy(dtype=np.int64)
    outcome = ["Customerid", "Customerstatus", "Churncategory", "Churnreason"]
    found = cross_validated_auc(coded(frame.drop(columns=outcome)), churned)
    assert 0.915 - MARGIN <= found <= 0.939 + MARGIN


# CH-2
@pytest.mark.samples
def test_columns_that_tell_the_outcome_are_suspect(samples: Path) -> None:
    frame = frame_of(samples, "maven-telecom_customer_churn.csv", "Customerid")
    frame = frame[frame["Customerstatus"] != "Joined"].drop(columns=["Customerid"])
    churned = (frame["Customerstatus"] == "Churned").to_numpy(dtype=np.int64)
    suspects = evaluate.leak_suspects(coded(frame), churned, list(frame.columns))
    assert {"Customerstatus", "Churncategory", "Churnreason"} == set(suspects)
