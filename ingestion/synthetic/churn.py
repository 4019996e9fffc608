"""Why people leave: the true hazard of voluntary churn, its drivers and coefficients.

The answer key publishes `DRIVERS`; nothing here draws a random number or changes a subscription.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

INTERCEPT = -3.72
DRIVERS: dict[str, float] = {
    "price_ratio_log": 0.85,
    "expected_drops": 0.50,
    "contract_end_near": 1.45,
    "contract_locked": -1.10,
    "tenure_years_log": -0.30,
    "recent_tickets": 0.60,
    "is_prepaid": 0.45,
    "is_business": -0.40,
}
NEAR_BEFORE_DAYS, NEAR_AFTER_DAYS, LOCKED_DAYS = 45, 30, 60

REASONS = ("", "customer_request", "port_out", "contract_end", "non_payment", "inactivity")
REASON = {name: index for index, name in enumerate(REASONS)}


@dataclass(frozen=True)
class Features:
    """What is known of each subscription at a month's first instant; all of one shape."""

    price_ratio: np.ndarray
    expected_drops: np.ndarray
    days_to_contract_end: np.ndarray
    has_contract: np.ndarray
    tenure_days: np.ndarray
    recent_tickets: np.ndarray
    is_prepaid: np.ndarray
    is_business: np.ndarray


def contract_end_near(features: Features) -> np.ndarray:
    """Return whether the contract ends soon or has just ended."""
    days = features.days_to_contract_end
    return features.has_contract & (days <= NEAR_BEFORE_DAYS) & (days >= -NEAR_AFTER_DAYS)


def hazard(features: Features) -> np.ndarray:
    """Return the chance to leave voluntarily within the month, 0 to 1."""
    locked = features.has_contract & (features.days_to_contract_end > LOCKED_DAYS)
    logit = (
        INTERCEPT
        + DRIVERS["price_ratio_log"] * np.clip(np.log(features.price_ratio), -1.0, 1.5)
        + DRIVERS["expected_drops"] * np.minimum(features.expected_drops, 5.0)
        + DRIVERS["contract_end_near"] * contract_end_near(features)
        + DRIVERS["contract_locked"] * locked
        + DRIVERS["tenure_years_log"] * np.log1p(features.tenure_days / 365.25)
        + DRIVERS["recent_tickets"] * np.minimum(features.recent_tickets, 3)
        + DRIVERS["is_prepaid"] * features.is_prepaid
        + DRIVERS["is_business"] * features.is_business
    )
    return 1.0 / (1.0 + np.exp(-logit))


def leaving_reason(features: Features, draw: np.ndarray) -> np.ndarray:
    """Return each leaver's stated reason, an index into `REASONS`; `draw` is uniform."""
    near = contract_end_near(features) & (draw < 0.7)
    ported = (features.price_ratio > 1.1) & (draw < 0.75)
    reason = np.where(ported | (draw > 0.85), REASON["port_out"], REASON["customer_request"])
    reason = np.where(near, REASON["contract_end"], reason)
    return np.where(features.is_prepaid & (draw < 0.6), REASON["inactivity"], reason)
