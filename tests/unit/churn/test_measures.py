"""Each measure against a case worked by hand or a second way of computing it."""

from __future__ import annotations

import dataclasses

import lightgbm as lgb
import numpy as np
import pytest
from empulse.metrics import empc_score, mpc_score
from scipy.stats import beta
from sklearn.metrics import average_precision_score, roc_auc_score

from orchestration.churn import evaluate
from orchestration.churn.calibrate import Calibration, calibrate, wilson
from orchestration.churn.profit import expected_profit, maximum_profit
from orchestration.churn.rules import ChurnRules
from orchestration.churn.scoring import ChurnResult
from orchestration.churn.split import inputs, time_split
from orchestration.churn.train import raw_scores, tenure_scores


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(4)
    churned = (rng.random(3_000) < 0.15).astype(np.int64)
    return churned, np.round(rng.random(3_000) + 0.4 * churned, 2)


def test_auc_and_average_precision_equal_the_library_with_ties(
    sample: tuple[np.ndarray, np.ndarray],
) -> None:
    assert evaluate.auc(*sample) == pytest.approx(roc_auc_score(*sample), abs=1e-12)
    expected = average_precision_score(*sample)
    assert evaluate.average_precision(*sample) == pytest.approx(expected, abs=1e-12)


def test_auc_of_one_class_is_unknown() -> None:
    assert np.isnan(evaluate.auc(np.zeros(5, int), np.arange(5.0)))


def test_the_auc_interval_holds_the_auc(sample: tuple[np.ndarray, np.ndarray]) -> None:
    low, high = evaluate.auc_interval(*sample, seed=1)
    assert low < evaluate.auc(*sample) < high


def test_lift_of_a_perfect_order_is_the_inverse_of_the_share() -> None:
    churned = np.r_[np.ones(10, int), np.zeros(90, int)]
    assert evaluate.top_decile_lift(churned, np.arange(100, 0, -1.0)) == pytest.approx(10)


def test_reliability_counts_every_row_once(sample: tuple[np.ndarray, np.ndarray]) -> None:
    churned, scores = sample
    expected, hits, count = evaluate.reliability(churned, scores / 2)
    assert count.sum() == len(churned)
    assert hits.sum() == churned.sum()
    assert np.all(np.diff(expected) <= 0)


def test_stability_index_is_nothing_for_the_same_and_large_for_a_shift() -> None:
    values = np.random.default_rng(1).normal(0, 1, 5_000)
    assert evaluate.stability_index(values, values) == pytest.approx(0)
    assert evaluate.stability_index(values, values + 1) > 0.25


def test_stability_index_counts_unknown_values_as_a_bin() -> None:
    values = np.random.default_rng(1).normal(0, 1, 2_000)
    half = np.where(np.arange(2_000) % 2, values, np.nan)
    assert evaluate.stability_index(values, half) > 0.25


def test_wilson_of_nothing_is_everything() -> None:
    low, high = wilson(np.array([0.0, 5.0]), np.array([0.0, 10.0]))
    assert (low[0], high[0]) == (0.0, 1.0)
    assert (round(low[1], 4), round(high[1], 4)) == (0.2366, 0.7634)


@pytest.mark.parametrize("rows", [4_000, 60_000])
def test_calibration_follows_a_known_probability(rows: int) -> None:
    rng = np.random.default_rng(2)
    raw = rng.normal(-1.5, 1, rows)
    truth = 1 / (1 + np.exp(-(0.7 * raw - 0.5)))
    fitted = calibrate(raw, (rng.random(rows) < truth).astype(np.int64), bins=5)
    assert fitted.kind == ("isotonic" if rows > 10_000 else "sigmoid")
    assert np.mean(np.abs(fitted.probability(raw) - truth)) < 0.02
    order = np.argsort(raw)
    assert np.all(np.diff(fitted.probability(raw[order])) >= 0)
    assert Calibration.from_dict(fitted.as_dict()) == fitted


def test_our_maximum_profit_equals_the_library(
    sample: tuple[np.ndarray, np.ndarray], rules: ChurnRules
) -> None:
    settings = {"accept_rate": 0.3, "clv": 200, "incentive_cost": 10, "contact_cost": 1}
    ours = maximum_profit(*sample, 0.3, rules)
    assert ours.amount == pytest.approx(mpc_score(*sample, **settings), abs=1e-9)
    assert ours.fraction == pytest.approx(mpc_score.optimal_rate(*sample, **settings), abs=1e-9)


def test_expected_profit_is_the_mean_of_maximum_profits(
    sample: tuple[np.ndarray, np.ndarray], rules: ChurnRules
) -> None:
    shares = (np.arange(4_000) + 0.5) / 4_000
    weight = beta.pdf(shares, rules.accept_alpha, rules.accept_beta)
    amounts = [maximum_profit(*sample, float(share), rules).amount for share in shares[::8]]
    mean = np.average(amounts, weights=weight[::8])
    assert expected_profit(*sample, rules).amount == pytest.approx(mean, rel=2e-3)


def test_a_parameter_the_profit_library_does_not_know_is_an_error(
    sample: tuple[np.ndarray, np.ndarray], rules: ChurnRules, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = empc_score.score if hasattr(empc_score, "score") else None
    assert real is not None

    class Renamed:
        def __call__(self, churned: np.ndarray, scores: np.ndarray, **settings: float) -> float:
            settings["acceptance"] = settings.pop("alpha")
            return empc_score(churned, scores, **settings)

    monkeypatch.setattr("empulse.metrics.empc_score", Renamed())
    with pytest.raises(UserWarning, match="Unknown parameters"):
        expected_profit(*sample, rules)


def test_profit_uses_the_amounts_of_the_rules(
    sample: tuple[np.ndarray, np.ndarray], rules: ChurnRules
) -> None:
    richer = dataclasses.replace(rules, clv_amount=2 * rules.clv_amount)
    assert expected_profit(*sample, richer).amount > expected_profit(*sample, rules).amount


def test_contributions_add_up_to_the_raw_score(
    base: object, rules: ChurnRules, result: ChurnResult
) -> None:
    from orchestration.churn.reasons import contributions

    values = inputs(time_split(base, rules).score, rules)  # type: ignore[arg-type]
    trees = lgb.Booster(model_str=result.model_text)
    parts, start = contributions(trees, values)
    assert np.allclose(parts.sum(axis=1) + start, raw_scores(trees, values), atol=1e-9)


def test_known_directions_hold_in_the_trees(
    base: object, rules: ChurnRules, result: ChurnResult
) -> None:
    values = inputs(time_split(base, rules).score, rules)  # type: ignore[arg-type]
    trees = lgb.Booster(model_str=result.model_text)
    more = values.copy()
    more[:, rules.features.index("dropped_calls_30d")] += 2
    assert np.all(raw_scores(trees, more) >= raw_scores(trees, values) - 1e-12)


def test_the_tenure_list_puts_the_nearest_contract_end_first(rules: ChurnRules) -> None:
    values = np.full((3, len(rules.features)), np.nan)
    values[:, rules.features.index("days_to_contract_end")] = [300, 5, np.nan]
    values[:, rules.features.index("tenure_days")] = [100, 100, 100]
    assert list(np.argsort(-tenure_scores(values, rules.features))) == [1, 0, 2]
