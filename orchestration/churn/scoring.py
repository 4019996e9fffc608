"""From feature rows to scores, reasons and proof: the whole of churn, and its one entry.

What belongs here: the order of the steps. `score_features` is pure; `score_churn` reads the build
and writes what the marts load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pyarrow as pa

from orchestration.churn import evaluate, train
from orchestration.churn.calibrate import calibrate
from orchestration.churn.files import NO_MODEL, SavedModel, read_inputs, read_model, write_scores
from orchestration.churn.reasons import contributions, top_reasons
from orchestration.churn.report import Report
from orchestration.churn.rules import ChurnRules
from orchestration.churn.split import Split, inputs, labels, time_split
from orchestration.churn.tables import score_table

if TYPE_CHECKING:
    from ingestion.home import Home

SEED = 7
SHUFFLES = 5
TOP_FEATURES = 5


@dataclass(frozen=True)
class ChurnResult:
    """What one run says.

    `scores` and `report` are the tables that land; `state` is trained, kept (the previous model
    scored because too few churned) or not_trained (no scores); `withheld` lists why the list must
    not be used.
    """

    scores: pa.Table
    report: pa.Table
    model: SavedModel | None
    as_of: str | None
    state: str
    withheld: tuple[str, ...]

    @property
    def model_text(self) -> str:
        """The trees as text; empty without a model."""
        return self.model.model_text if self.model else ""

    @property
    def model_id(self) -> str:
        """The name the scores carry."""
        return self.model.model_id if self.model else NO_MODEL

    def summary(self) -> dict[str, Any]:
        """Return what a run log shows: state, counts and the test month's main measures."""
        test = [
            row for row in self.report.to_pylist() if row["split"] == "test" and not row["decile"]
        ]
        main = {row["metric"]: row["value"] for row in test}
        return {
            "state": self.state,
            "as_of": self.as_of,
            "model_id": self.model_id,
            "scored": self.scores.num_rows,
            "withheld": list(self.withheld),
            **{name: main[name] for name in ("auc", "top_decile_lift", "brier") if name in main},
        }


def score_features(
    features: pd.DataFrame | pa.Table,
    rules: ChurnRules,
    seed: int = SEED,
    previous: SavedModel | None = None,
) -> ChurnResult:
    """Return scores of the last snapshot and the proof of the model that made them.

    Args:
        features: one row per subscription and snapshot (`int_churn__training_rows`).
        rules: label rule, limits and reason wordings.
        seed: of training and resampling.
        previous: model to keep when too few customers churned.

    Raises:
        KeyError: a column is missing.
        LeakingColumnError: a feature's name gives the outcome away.
    """
    frame = features.to_pandas() if isinstance(features, pa.Table) else features
    if frame.empty:
        return _unscored(Report(), None, "not_trained")
    split = time_split(frame, rules)
    last = frame["snapshot_on"] == frame["snapshot_on"].max()
    as_of = pd.Timestamp(str(frame["snapshot_on"].max())).strftime("%Y-%m-%d")
    report = Report()
    churners = split.churners()
    for name, count in zip(("train", "validate", "test"), churners, strict=True):
        report.add(name, "churners_known", count)
    report.add("score", "base_in_force", float(np.count_nonzero(last)))
    report.add("score", "base_eligible", len(split.score))
    enough = churners[0] >= rules.minimum_churners
    if not enough or min(churners[1:]) < rules.minimum_test_churners:
        if previous is None or previous.feature_hash != rules.feature_hash() or split.score.empty:
            return _unscored(report, as_of, "not_trained")
        report.add("score", "kept_previous_model", 1)
        return _scored(split.score, previous, rules, report, as_of=as_of, state="kept")
    model = _train(split, rules, seed, report)
    withheld = _withheld(split, model, rules, report)
    return _scored(
        split.score, model, rules, report, as_of=as_of, state="trained", withheld=withheld
    )


def _train(split: Split, rules: ChurnRules, seed: int, report: Report) -> SavedModel:
    parts = {"train": split.train, "validate": split.validate, "test": split.test}
    values = {name: inputs(part, rules) for name, part in parts.items()}
    churned = {name: labels(part) for name, part in parts.items()}
    trees = train.fit_trees(values["train"], churned["train"], rules.signs, seed, rules.features)
    raw = {name: train.raw_scores(trees, one) for name, one in values.items()}
    calibration = calibrate(raw["validate"], churned["validate"], rules.calibration_bins)
    for name in parts:
        report.ranking(name, churned[name], raw[name], rules, seed)
        report.calibration(name, churned[name], calibration.probability(raw[name]))
    (logistic,) = train.logistic_scores(values["train"], churned["train"], [values["test"]])
    report.ranking("test_logistic", churned["test"], logistic, rules, seed)
    if {"days_to_contract_end", "tenure_days"} <= set(rules.features):
        simple = train.tenure_scores(values["test"], rules.features)
        report.ranking("test_tenure", churned["test"], simple, rules, seed)
    shuffled = shuffle_aucs(values, churned, rules, seed)
    report.add(
        "test", "shuffle_auc", float(np.mean(shuffled)), interval=(min(shuffled), max(shuffled))
    )
    text = trees.model_to_string()
    name = train.model_id(text, rules.feature_hash())
    return SavedModel(name, rules.feature_hash(), text, calibration)


def shuffle_aucs(
    values: dict[str, np.ndarray], churned: dict[str, np.ndarray], rules: ChurnRules, seed: int
) -> list[float]:
    """Return test AUCs of models taught on shuffled labels: an honest pipeline gives about 0.5."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(SHUFFLES):
        taught = rng.permutation(churned["train"])
        trees = train.fit_trees(values["train"], taught, rules.signs, seed, rules.features)
        found.append(
            evaluate.auc(rng.permutation(churned["test"]), train.raw_scores(trees, values["test"]))
        )
    return found


def _withheld(
    split: Split, model: SavedModel, rules: ChurnRules, report: Report
) -> tuple[str, ...]:
    """Return the drifted or suspect features that forbid the list; report every index."""
    trees = lgb.Booster(model_str=model.model_text)
    before, now = inputs(split.validate, rules), inputs(split.score, rules)
    score_index = evaluate.stability_index(
        train.raw_scores(trees, before), train.raw_scores(trees, now)
    )
    report.add("score", "psi:score", score_index)
    weight = trees.feature_importance("gain")
    main = {rules.features[index] for index in np.argsort(-weight, kind="stable")[:TOP_FEATURES]}
    reasons = ["psi:score"] if score_index > rules.psi_limit else []
    for index, name in enumerate(rules.features):
        value = evaluate.stability_index(before[:, index], now[:, index])
        report.add("score", f"psi:{name}", value)
        if name in main and value > rules.psi_limit:
            reasons.append(f"psi:{name}")
    suspects = evaluate.leak_suspects(inputs(split.test, rules), labels(split.test), rules.features)
    for name, value in suspects.items():
        report.add("test", f"suspect_auc:{name}", value)
        reasons.append(f"suspect_auc:{name}")
    report.add("score", "list_withheld", float(bool(reasons)))
    return tuple(reasons)


def _scored(
    rows: pd.DataFrame,
    model: SavedModel,
    rules: ChurnRules,
    report: Report,
    *,
    as_of: str,
    state: str,
    withheld: tuple[str, ...] = (),
) -> ChurnResult:
    values = inputs(rows, rules)
    trees = lgb.Booster(model_str=model.model_text)
    parts, base = contributions(trees, values)
    raw = parts.sum(axis=1) + base
    low, high = model.calibration.interval(raw)
    why = top_reasons(parts, values, rules)
    scores = score_table(
        subscriptions=rows["subscription_id"].astype(str).tolist(),
        probability=model.calibration.probability(raw),
        low=low,
        high=high,
        why=why,
        model_id=model.model_id,
        label_rule_id=rules.label_rule_id,
    )
    return ChurnResult(scores, report.table(model.model_id), model, as_of, state, withheld)


def _unscored(report: Report, as_of: str | None, state: str) -> ChurnResult:
    report.add("score", "not_trained_too_few_churners", 1)
    return ChurnResult(score_table(), report.table(NO_MODEL), None, as_of, state, ())


def score_churn(home: Home) -> dict[str, Any]:
    """Score the build of a deployment, write what the marts load, and return a summary."""
    features, rules = read_inputs(home.warehouse / "build.duckdb")
    result = score_features(features, rules, SEED, read_model(home.root))
    write_scores(home.root, result)
    return result.summary()
