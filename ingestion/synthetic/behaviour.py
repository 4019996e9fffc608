"""How people on each plan behave on average, and what bill that behaviour leads to.

The constants population, churn and usage share, so that churn's drivers show in the records.
"""

from __future__ import annotations

import numpy as np

from ingestion.synthetic.catalogue import INCLUDED, PLAN_IDS, PLANS

# plan -> voice attempts, messages, data sessions a day
_DAILY: dict[str, tuple[float, float, float]] = {
    "PRE_FLEX": (0.85, 0.35, 1.1),
    "PRE_DATA": (0.60, 0.25, 2.1),
    "POST_S": (1.00, 0.40, 1.7),
    "POST_M": (1.50, 0.50, 2.4),
    "POST_L": (2.30, 0.60, 3.1),
    "HOME_VOICE": (1.10, 0.00, 0.0),
    "BIZ_ONE": (2.80, 0.50, 2.2),
    "BIZ_TEAM": (2.30, 0.40, 1.9),
    "BIZ_LINE": (3.60, 0.00, 0.0),
    "POST_NEO": (1.30, 0.40, 3.0),
    "LEGACY_X": (1.20, 0.50, 1.2),
}
# median bytes of a data session, before the subscriber's own heaviness
_SESSION_MB: dict[str, float] = {
    "PRE_FLEX": 4.0,
    "PRE_DATA": 9.0,
    "POST_S": 12.0,
    "POST_M": 22.0,
    "POST_L": 45.0,
    "BIZ_ONE": 22.0,
    "BIZ_TEAM": 16.0,
    "POST_NEO": 34.0,
    "LEGACY_X": 8.0,
}
DAILY_VOICE = np.array([_DAILY[plan][0] for plan in PLAN_IDS])
DAILY_SMS = np.array([_DAILY[plan][1] for plan in PLAN_IDS])
DAILY_SESSIONS = np.array([_DAILY[plan][2] for plan in PLAN_IDS])
SESSION_BYTES = np.array([_SESSION_MB.get(plan, 0.0) * 1e6 for plan in PLAN_IDS])
ANSWERED = 0.75
CALL_MEDIAN_S = 72.0
CALL_SIGMA = 1.05
SESSION_SIGMA = 1.25
MAX_EVENT_S = 3600

_FEE = {plan: float(fees[-1][0]) for plan, _, _, _, _, _, _, fees, _ in PLANS}
FEE = np.array([_FEE.get(plan, 0.0) for plan in PLAN_IDS])
CONTRACT_MONTHS = np.array(
    [next((row[8] for row in PLANS if row[0] == plan), 0) for plan in PLAN_IDS], np.int64
)
_INCLUDED_S = np.array([INCLUDED.get(plan, (0, 0, 0))[0] for plan in PLAN_IDS], float)
_INCLUDED_BYTES = np.array([INCLUDED.get(plan, (0, 0, 0))[2] for plan in PLAN_IDS], float)


def expected_bill(plan: np.ndarray, voice: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Return the EUR a month a subscription should expect to pay, shape of `plan`.

    Args:
        plan: index into `PLAN_IDS`.
        voice: how much the subscriber calls against the plan's average (1.0 = average).
        data: the same for data volume.
    """
    seconds = DAILY_VOICE[plan] * voice * 30 * ANSWERED * CALL_MEDIAN_S * np.exp(CALL_SIGMA**2 / 2)
    volume = DAILY_SESSIONS[plan] * 30 * SESSION_BYTES[plan] * data * np.exp(SESSION_SIGMA**2 / 2)
    over_s = np.maximum(seconds * 0.9 - _INCLUDED_S[plan], 0)
    over_bytes = np.maximum(volume - _INCLUDED_BYTES[plan], 0)
    return FEE[plan] + over_s / 60 * 0.10 + over_bytes / 1e9 * 2.4 + voice * 1.5


def monthly_drops(plan: np.ndarray, voice: np.ndarray, drop_rate: np.ndarray) -> np.ndarray:
    """Return how many dropped calls a month a subscription should expect."""
    return DAILY_VOICE[plan] * voice * 30 * ANSWERED * drop_rate
