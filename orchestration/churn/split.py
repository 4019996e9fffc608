"""Which rows teach, calibrate, prove and get scored: by time, never at random.

What belongs here: choosing rows. Nothing here fits or measures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from orchestration.churn.rules import KEYS, STATES, ChurnRules

SNAPSHOTS_NEEDED = 3
# Names under which the outcome has been found among public feature columns.
LEAKING = re.compile(
    r"churn ?(score|reason|category|value|label)|satisfaction ?score|cltv|customer ?status"
    r"|total ?revenue|terminat|final ?bill"
)


class LeakingColumnError(ValueError):
    """A feature tells the outcome."""


@dataclass(frozen=True)
class Split:
    """Rows by time: train up to month m, validate m + 1, test m + 2, score the last snapshot."""

    train: pd.DataFrame
    validate: pd.DataFrame
    test: pd.DataFrame
    score: pd.DataFrame

    def churners(self) -> tuple[int, int, int]:
        """Return the number of churners in train, validate and test."""
        train, validate, test = (
            int(labels(part).sum()) for part in (self.train, self.validate, self.test)
        )
        return train, validate, test


def refuse_leaks(features: list[str]) -> None:
    """Raise when a feature's name is one of the known outcomes in disguise.

    Raises:
        LeakingColumnError: names the column.
    """
    for name in features:
        if LEAKING.search(re.sub(r"[^a-z0-9]+", " ", name.lower()).strip()):
            raise LeakingColumnError(
                f"Feature {name!r} is written because of the churn, expected only facts known "
                "before. Remove it from churn_reasons."
            )


def time_split(rows: pd.DataFrame, rules: ChurnRules) -> Split:
    """Return the rows of each role; a role without rows is an empty frame.

    Args:
        rows: one row per subscription and snapshot with keys, states and features.
        rules: names the features.

    Raises:
        LeakingColumnError: a feature's name gives the outcome away.
        KeyError: a column is missing.
    """
    refuse_leaks(rules.features)
    wanted = [*KEYS, *STATES, *rules.features]
    if missing := [name for name in wanted if name not in rows.columns]:
        raise KeyError(f"The churn rows lack {missing}, expected one column per feature and state.")
    rows = rows.sort_values(["snapshot_on", "subscription_id"], ignore_index=True)
    eligible = chosen(rows, rows["is_eligible"].astype(bool))
    score = chosen(eligible, eligible["snapshot_on"] == rows["snapshot_on"].max())
    known = eligible["is_known"].astype(bool) & ~eligible["is_censored"].astype(bool)
    usable = chosen(eligible, known)
    months = sorted(usable["snapshot_on"].unique())
    if len(months) < SNAPSHOTS_NEEDED:
        none = usable.iloc[:0]
        return Split(none, none, none, score)
    day = usable["snapshot_on"]
    train = chosen(usable, day < months[-2])
    validate, test = chosen(usable, day == months[-2]), chosen(usable, day == months[-1])
    return Split(train, validate, test, score)


def chosen(rows: pd.DataFrame, mask: Any) -> pd.DataFrame:
    """Return the rows where `mask` (bool, shape (rows,)) holds, numbered from 0."""
    return cast(pd.DataFrame, rows.loc[mask]).reset_index(drop=True)


def inputs(rows: pd.DataFrame, rules: ChurnRules) -> np.ndarray:
    """Return the features as float64, shape (rows, features); unknown values are NaN."""
    return rows[rules.features].to_numpy(dtype=np.float64, na_value=np.nan)


def labels(rows: pd.DataFrame) -> np.ndarray:
    """Return 1 for churners, else 0, shape (rows,)."""
    return rows["is_churned"].to_numpy(dtype=np.int64)
