"""A synthetic base whose churn drivers are known, and the rules of the repository's own tables."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from orchestration.churn.rules import ChurnRules
from orchestration.churn.scoring import ChurnResult, score_features

SNAPSHOTS = [date(2026, month, 28) for month in range(1, 8)]
KNOWN = 6


def rows_of(repo_root: Path, table: str) -> list[dict[str, str]]:
    with (repo_root / "ingestion" / "reference" / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def make_base(rules: ChurnRules, customers: int, seed: int, strength: float = 1.0) -> pd.DataFrame:
    """Return snapshots of a base: nearness of the contract end, drops and price drive churn."""
    rng = np.random.default_rng(seed)
    frames = []
    for index, day in enumerate(SNAPSHOTS):
        values = {name: rng.normal(0, 1, customers) for name in rules.features}
        values["days_to_contract_end"] = rng.uniform(-200, 700, customers)
        values["days_to_contract_end"][rng.random(customers) < 0.2] = np.nan
        values["tenure_days"] = rng.exponential(900, customers)
        values["dropped_calls_30d"] = rng.poisson(0.8, customers).astype(float)
        values["charge_to_segment_mean"] = rng.lognormal(0, 0.4, customers)
        values["tickets_90d"] = rng.poisson(0.1, customers).astype(float)
        near = np.nan_to_num(np.abs(values["days_to_contract_end"]), nan=999) < 60
        logit = -3.2 + strength * (
            1.6 * near
            + 0.5 * values["dropped_calls_30d"]
            + 0.9 * np.log(values["charge_to_segment_mean"])
        )
        churned = (rng.random(customers) < 1 / (1 + np.exp(-logit))).astype(float)
        is_known = index < KNOWN
        frames.append(
            pd.DataFrame(
                {
                    "subscription_id": [f"s{number:06d}" for number in range(customers)],
                    "snapshot_on": day,
                    "is_eligible": rng.random(customers) < 0.97,
                    "is_known": is_known,
                    "is_censored": is_known & (rng.random(customers) < 0.01),
                    "is_churned": churned if is_known else np.nan,
                    **values,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="session")
def rules(repo_root: Path) -> ChurnRules:
    (rule,) = rows_of(repo_root, "churn_label_rules")
    return ChurnRules.from_rows(rule, rows_of(repo_root, "churn_reasons"))


@pytest.fixture(scope="session")
def base(rules: ChurnRules) -> pd.DataFrame:
    return make_base(rules, customers=2_500, seed=11)


@pytest.fixture(scope="session")
def result(base: pd.DataFrame, rules: ChurnRules) -> ChurnResult:
    return score_features(base, rules, seed=7)


@pytest.fixture(scope="session")
def measures(result: ChurnResult) -> dict[tuple[str, str], float]:
    rows = result.report.to_pylist()
    return {(row["split"], row["metric"]): row["value"] for row in rows if not row["decile"]}
