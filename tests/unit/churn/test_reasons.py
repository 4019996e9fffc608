"""Reasons in words: the right feature, the right range, the right number."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from orchestration.churn.reasons import top_reasons, wording
from orchestration.churn.rules import ChurnRules
from orchestration.churn.scoring import ChurnResult


@pytest.mark.parametrize(
    ("feature", "value", "text"),
    [
        ("days_to_contract_end", 21.0, "contract ends in 21 days"),
        ("days_to_contract_end", 0.0, "contract ends today"),
        ("days_to_contract_end", 1.0, "contract ends in 1 day"),
        ("days_to_contract_end", -1.0, "contract ended 1 day ago"),
        ("days_to_contract_end", -4.0, "contract ended 4 days ago"),
        ("days_to_contract_end", np.nan, "no contract term"),
        ("dropped_calls_30d", 3.0, "3 dropped calls in 30 days"),
        ("dropped_calls_30d", 1.0, "1 dropped call in 30 days"),
        ("dropped_calls_30d", 0.0, "no dropped calls in 30 days"),
        ("charge_to_own_mean", 1.38, "this month's charges are 138 % of the own average"),
        ("charge_to_own_mean", np.nan, ""),
        ("home_cell_to_network", np.nan, "no measurements of the home cell"),
        ("plan_price_gap", 5.5, "a comparable plan costs 5.50 less a month"),
        ("tenure_days", 31.0, "customer for 1 month"),
        ("tenure_days", 60.0, "customer for 2 months"),
        ("tenure_days", 1461.0, "customer for 4.0 years"),
        ("voice_min_30d", 31 / 60, "1 call minute in 30 days"),
        ("voice_min_30d", 0.5, "0 call minutes in 30 days"),
        ("days_since_use", 1.0, "last own use 1 day ago"),
        ("overdue_days", 1.0, "oldest open bill 1 day overdue"),
        ("tickets_90d", 2.0, "2 tickets in 90 days"),
        ("is_prepaid", 1.0, "is prepaid"),
        ("is_prepaid", 0.0, "is postpaid"),
        ("is_business", 0.0, "is a consumer"),
        ("is_fixed", 0.0, "is a mobile line"),
    ],
)
def test_a_fact_is_worded_for_its_range(
    rules: ChurnRules, feature: str, value: float, text: str
) -> None:
    assert wording(feature, np.array([value]), rules)[0] == text


def test_every_feature_has_a_wording_or_none_for_unknown(rules: ChurnRules) -> None:
    for feature in rules.features:
        assert wording(feature, np.array([0.0, 1.0, 400.0, -5.0]), rules)[1] != ""


def test_features_of_one_reason_add_up_and_the_strongest_is_told(rules: ChurnRules) -> None:
    names = rules.features
    parts = np.zeros((1, len(names)))
    values = np.full((1, len(names)), 1.0)
    parts[0, names.index("monthly_charge")] = 0.3
    parts[0, names.index("plan_price_gap")] = 0.4
    parts[0, names.index("tickets_90d")] = 0.6
    parts[0, names.index("overdue_days")] = -0.2
    values[0, names.index("plan_price_gap")] = 4.0
    told = top_reasons(parts, values, rules).iloc[0]
    assert (told["reason_1"], told["reason_2"]) == ("price", "care")
    assert told["reason_1_text"] == "a comparable plan costs 4.00 less a month"
    assert told["reason_2_text"] == "1 ticket in 90 days"


def test_a_reason_that_lowers_the_score_is_not_told(rules: ChurnRules) -> None:
    parts = np.full((2, len(rules.features)), -0.1)
    told = top_reasons(parts, np.ones_like(parts), rules)
    assert (told == "").all().all()


def test_a_fact_without_words_is_not_told(rules: ChurnRules) -> None:
    names = rules.features
    parts = np.zeros((1, len(names)))
    parts[0, names.index("voice_trend")] = 0.5
    values = np.full((1, len(names)), np.nan)
    told = top_reasons(parts, values, rules).iloc[0]
    assert told["reason_1"] == ""


def test_the_top_reasons_recover_the_true_drivers(result: ChurnResult) -> None:
    scores = result.scores.to_pandas().sort_values("churn_probability", ascending=False)
    listed = scores.head(len(scores) // 10)
    told = set(listed["reason_1"].value_counts().head(3).index)
    assert told == {"contract", "quality", "price"}


def test_a_feature_with_two_reasons_is_refused(rules: ChurnRules) -> None:
    second = dataclasses.replace(rules.reasons[0], reason_id="other")
    with pytest.raises(ValueError, match="two reasons or signs"):
        dataclasses.replace(rules, reasons=(*rules.reasons, second))
