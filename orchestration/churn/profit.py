"""What a ranking earns: maximum profit (MPC) and its expectation over the share who accept (EMPC).

What belongs here: profit of contacting the best part of a list. The library's value stands beside
our own short one, because it ignores misspelt parameters with a warning only.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from orchestration.churn.rules import ChurnRules


@dataclass(frozen=True)
class Profit:
    """Expected profit per customer (reporting currency) and the share of customers to contact."""

    amount: float
    fraction: float


def expected_profit(churned: np.ndarray, scores: np.ndarray, rules: ChurnRules) -> Profit:
    """Return EMPC of a ranking with its optimal fraction, by the library.

    Raises:
        UserWarning: the library does not know a parameter we pass; its result would be of defaults.
    """
    from empulse.metrics import empc_score  # noqa: PLC0415 - two seconds of imports

    settings: dict[str, Any] = {
        "alpha": rules.accept_alpha,
        "beta": rules.accept_beta,
        "clv": rules.clv_amount,
        "incentive_cost": rules.incentive_amount,
        "contact_cost": rules.contact_amount,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        amount = empc_score(churned, scores, **settings)
        fraction = empc_score.optimal_rate(churned, scores, **settings)
    return Profit(float(amount), float(fraction))


def maximum_profit(
    churned: np.ndarray, scores: np.ndarray, accept_share: float, rules: ChurnRules
) -> Profit:
    """Return the best profit per customer when a known share of contacted churners stays.

    Contacting n customers costs n contacts; a churner who accepts brings the lifetime value
    less the incentive, a stayer takes the incentive.
    """
    order = np.argsort(-scores, kind="stable")
    ends = np.r_[-1, np.flatnonzero(np.diff(scores[order])), len(scores) - 1]
    hits = np.r_[0, np.cumsum(churned[order])][ends + 1]
    contacted = ends + 1
    saved = hits * accept_share * (rules.clv_amount - rules.incentive_amount)
    given = (contacted - hits) * rules.incentive_amount
    profit = (saved - given - contacted * rules.contact_amount) / len(scores)
    best = int(np.argmax(profit))
    return Profit(float(profit[best]), float(contacted[best] / len(scores)))
