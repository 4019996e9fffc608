"""The whole run on a synthetic base: what it says, what it refuses, and that it says it twice."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from orchestration.churn.files import NO_MODEL, ensure_score_schema, read_model, write_scores
from orchestration.churn.rules import ChurnRules
from orchestration.churn.scoring import ChurnResult, score_features
from orchestration.churn.split import LeakingColumnError, inputs, labels, time_split
from tests.unit.churn.conftest import make_base

Measures = dict[tuple[str, str], float]


def test_the_model_beats_chance_and_the_tenure_list(measures: Measures) -> None:
    assert measures["test", "auc"] > 0.65
    assert measures["test", "auc"] > measures["test_tenure", "auc"]
    assert measures["test", "top_decile_lift"] > 2


def test_probabilities_are_calibrated_on_the_test_month(measures: Measures) -> None:
    assert measures["test", "calibration_error"] < 0.02


def test_the_model_taught_on_shuffled_labels_knows_nothing(measures: Measures) -> None:
    assert abs(measures["test", "shuffle_auc"] - 0.5) < 0.02


def test_the_same_inputs_give_the_same_model_and_scores(
    base: pd.DataFrame, rules: ChurnRules, result: ChurnResult
) -> None:
    again = score_features(base.sample(frac=1, random_state=3), rules, seed=7)
    assert again.model_text == result.model_text
    assert again.model_id == result.model_id
    assert again.scores.equals(result.scores)
    assert again.report.equals(result.report)


def test_train_validate_and_test_follow_each_other_in_time(
    base: pd.DataFrame, rules: ChurnRules
) -> None:
    split = time_split(base, rules)
    assert split.train["snapshot_on"].max() < split.validate["snapshot_on"].min()
    assert split.validate["snapshot_on"].max() < split.test["snapshot_on"].min()
    assert set(split.score["snapshot_on"]) == {date(2026, 7, 28)}


def test_no_customer_month_stands_on_both_sides(base: pd.DataFrame, rules: ChurnRules) -> None:
    split = time_split(base, rules)
    keys = [
        set(part[["subscription_id", "snapshot_on"]].itertuples(index=False, name=None))
        for part in (split.train, split.validate, split.test)
    ]
    assert sum(map(len, keys)) == len(set.union(*keys))


def test_censored_and_ineligible_rows_teach_nothing(base: pd.DataFrame, rules: ChurnRules) -> None:
    split = time_split(base, rules)
    for part in (split.train, split.validate, split.test):
        assert part["is_eligible"].all()
        assert not part["is_censored"].any()


def with_feature(rules: ChurnRules, name: str) -> ChurnRules:
    planted = dataclasses.replace(rules.reasons[-1], feature=name, reason_id="planted")
    return dataclasses.replace(rules, reasons=(*rules.reasons, planted))


def test_a_planted_future_column_withholds_the_list(base: pd.DataFrame, rules: ChurnRules) -> None:
    rng = np.random.default_rng(0)
    outcome = base["is_churned"].fillna(0) + rng.normal(0, 0.3, len(base))
    told = score_features(base.assign(care_code=outcome), with_feature(rules, "care_code"), seed=7)
    assert "suspect_auc:care_code" in told.withheld


OUTCOMES = [
    "Churn Score",
    "churn_reason",
    "Satisfaction Score",
    "CLTV",
    "customer_status",
    "total_revenue",
    "days_to_termination",
]


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_column_that_is_the_outcome_is_refused_by_name(
    base: pd.DataFrame, rules: ChurnRules, name: str
) -> None:
    with pytest.raises(LeakingColumnError, match="only facts known before"):
        time_split(base.assign(**{name: 0.0}), with_feature(rules, name))


def test_a_base_that_moved_withholds_the_list_and_names_the_feature(
    base: pd.DataFrame, rules: ChurnRules
) -> None:
    last = base["snapshot_on"] == base["snapshot_on"].max()
    moved = base["dropped_calls_30d"].where(~last, base["dropped_calls_30d"] + 3)
    told = score_features(base.assign(dropped_calls_30d=moved), rules, seed=7)
    assert "psi:dropped_calls_30d" in told.withheld


def test_an_honest_base_is_not_withheld(result: ChurnResult) -> None:
    assert result.state == "trained"
    assert result.withheld == ()


def test_too_few_churners_train_nothing_and_say_so(rules: ChurnRules) -> None:
    told = score_features(make_base(rules, customers=60, seed=5), rules, seed=7)
    assert told.state == "not_trained"
    assert told.model_id == NO_MODEL
    assert told.scores.num_rows == 0
    assert "not_trained_too_few_churners" in told.report["metric"].to_pylist()


def test_too_few_churners_keep_the_previous_model(rules: ChurnRules, result: ChurnResult) -> None:
    few = make_base(rules, customers=60, seed=5)
    told = score_features(few, rules, seed=7, previous=result.model)
    assert told.state == "kept"
    assert told.model_id == result.model_id
    assert told.scores.num_rows == len(time_split(few, rules).score)


def test_every_probability_lies_inside_its_interval(result: ChurnResult) -> None:
    scores = result.scores.to_pandas().astype(
        dict.fromkeys(("churn_probability", "probability_low", "probability_high"), float)
    )
    assert (scores["probability_low"] <= scores["churn_probability"]).all()
    assert (scores["churn_probability"] <= scores["probability_high"]).all()
    assert scores["churn_probability"].between(0, 1).all()


def test_scores_land_and_replace_those_of_another_snapshot(
    tmp_path: Path, result: ChurnResult
) -> None:
    write_scores(tmp_path, dataclasses.replace(result, as_of="2026-06-28"))
    write_scores(tmp_path, result)
    folder = tmp_path / "landing" / "scores" / "churn_scores"
    assert sorted(one.name for one in folder.iterdir()) == ["as_of=1970-01-01", "as_of=2026-07-28"]
    landed = pq.read_table(folder / "as_of=2026-07-28" / "scores.parquet", partitioning=None)
    assert landed.equals(result.scores)
    kept = read_model(tmp_path)
    assert kept == result.model


def test_an_empty_state_has_tables_and_no_model(tmp_path: Path) -> None:
    ensure_score_schema(tmp_path)
    ensure_score_schema(tmp_path)
    assert len(list(tmp_path.rglob("_schema.parquet"))) == 2
    assert read_model(tmp_path) is None


def test_an_empty_build_gives_an_empty_result(base: pd.DataFrame, rules: ChurnRules) -> None:
    told = score_features(base.iloc[:0], rules, seed=7)
    assert (told.state, told.as_of, told.scores.num_rows) == ("not_trained", None, 0)


def test_inputs_and_labels_have_one_row_each(base: pd.DataFrame, rules: ChurnRules) -> None:
    split = time_split(base, rules)
    assert inputs(split.train, rules).shape == (len(split.train), len(rules.features))
    assert set(np.unique(labels(split.train))) == {0, 1}
