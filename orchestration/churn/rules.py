"""The dated rules of a churn score, as the tables churn_label_rules and churn_reasons hold them.

What belongs here: typed settings. Data and arithmetic do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KEYS = ("subscription_id", "snapshot_on")
STATES = ("is_eligible", "is_known", "is_censored", "is_churned")


@dataclass(frozen=True)
class ReasonRow:
    """One wording of one feature for values in [value_from, value_to), or for unknown ones."""

    feature: str
    reason_id: str
    expected_sign: int
    is_unknown: bool
    value_from: float
    value_to: float
    scale: float
    wording: str

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> ReasonRow:
        """Return one row of churn_reasons; an empty end is infinite."""
        low, high = row["value_from"], row["value_to"]
        return cls(
            feature=str(row["feature"]),
            reason_id=str(row["reason_id"]),
            expected_sign=int(row["expected_sign"]),
            is_unknown=str(row["is_unknown"]) == "yes",
            value_from=float("-inf" if low in {None, ""} else low),
            value_to=float("inf" if high in {None, ""} else high),
            scale=float(row["scale"]),
            wording=str(row["wording"]),
        )


@dataclass(frozen=True)
class ChurnRules:
    """One label rule with everything the score depends on beside data.

    Amounts are in the reporting currency, probabilities and shares 0 to 1. `reasons` are all rows
    of churn_reasons; their order is the order of the features.
    """

    label_rule_id: str
    minimum_churners: int
    minimum_test_churners: int
    clv_amount: float
    accept_alpha: float
    accept_beta: float
    incentive_amount: float
    contact_amount: float
    psi_limit: float
    calibration_bins: int
    reasons: tuple[ReasonRow, ...]

    def __post_init__(self) -> None:
        """Refuse a feature that is told two reasons or two signs."""
        told: dict[str, tuple[str, int]] = {}
        for row in self.reasons:
            said = (row.reason_id, row.expected_sign)
            if told.setdefault(row.feature, said) != said:
                raise ValueError(
                    f"churn_reasons tells feature {row.feature!r} two reasons or signs, expected "
                    "one. Give all its rows the same reason_id and expected_sign."
                )

    @classmethod
    def from_rows(cls, rule: Mapping[str, Any], reasons: Iterable[Mapping[str, Any]]) -> ChurnRules:
        """Return the rules of one row of churn_label_rules and all rows of churn_reasons.

        Raises:
            ValueError: a feature has reason rows that disagree on its reason or its sign.
        """
        return cls(
            label_rule_id=str(rule["label_rule_id"]),
            minimum_churners=int(rule["minimum_churners"]),
            minimum_test_churners=int(rule["minimum_test_churners"]),
            clv_amount=float(rule["clv_amount"]),
            accept_alpha=float(rule["accept_alpha"]),
            accept_beta=float(rule["accept_beta"]),
            incentive_amount=float(rule["incentive_amount"]),
            contact_amount=float(rule["contact_amount"]),
            psi_limit=float(rule["psi_limit"]),
            calibration_bins=int(rule["calibration_bins"]),
            reasons=tuple(ReasonRow.from_row(row) for row in reasons),
        )

    @property
    def features(self) -> list[str]:
        """Names of the model's inputs, in the order of the reason table."""
        return list(dict.fromkeys(row.feature for row in self.reasons))

    @property
    def reason_of(self) -> dict[str, str]:
        """The business reason of each feature."""
        return {row.feature: row.reason_id for row in self.reasons}

    @property
    def signs(self) -> list[int]:
        """Known direction per feature: 1 raises, -1 lowers, 0 unknown."""
        sign = {row.feature: row.expected_sign for row in self.reasons}
        return [sign[name] for name in self.features]

    def feature_hash(self) -> str:
        """Return a hash of the feature list, its signs and the label rule."""
        text = "|".join([self.label_rule_id, *self.features, *map(str, self.signs)])
        return hashlib.sha256(text.encode()).hexdigest()
