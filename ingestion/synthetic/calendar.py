"""Local days, their UTC hours and how busy they are.

Everything about time zones, public holidays and seasons; nothing about subscribers or prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from ingestion.synthetic.config import TIME_ZONE, add_months

ZONE = ZoneInfo(TIME_ZONE)
FIXED_HOLIDAYS = {
    (1, 1): "New Year",
    (1, 6): "Epiphany",
    (5, 1): "Labour Day",
    (8, 15): "Assumption",
    (10, 12): "National Day",
    (11, 1): "All Saints",
    (12, 6): "Constitution Day",
    (12, 8): "Immaculate Conception",
    (12, 25): "Christmas",
}
BAD_WEEK = (date(2026, 5, 11), date(2026, 5, 18))
BAD_REGION = 2
LAUNCH_DAY = date(2026, 3, 1)

# Relative load of the 24 local hours.
_VOICE_CONSUMER = [
    2,
    1,
    1,
    1,
    1,
    2,
    6,
    14,
    26,
    40,
    52,
    58,
    60,
    58,
    48,
    46,
    52,
    62,
    74,
    80,
    72,
    52,
    28,
    8,
]
_VOICE_BUSINESS = [
    1,
    1,
    1,
    1,
    1,
    2,
    8,
    30,
    74,
    96,
    98,
    92,
    80,
    58,
    60,
    84,
    86,
    74,
    50,
    26,
    14,
    8,
    4,
    2,
]
_DATA_ALL = [
    18,
    10,
    6,
    4,
    4,
    6,
    16,
    36,
    50,
    52,
    54,
    56,
    62,
    66,
    64,
    60,
    62,
    70,
    78,
    86,
    96,
    100,
    80,
    44,
]
# Monday to Sunday.
_WEEK = {
    "consumer": [0.98, 0.97, 0.98, 1.00, 1.10, 1.06, 0.91],
    "business": [1.24, 1.28, 1.28, 1.26, 1.14, 0.46, 0.34],
    "data": [0.96, 0.95, 0.96, 0.98, 1.05, 1.09, 1.01],
}
# January to December.
_YEAR = {
    "consumer": [0.98, 0.97, 0.99, 1.00, 1.00, 1.01, 0.98, 0.90, 1.00, 1.01, 1.01, 1.15],
    "business": [0.96, 1.02, 1.05, 1.01, 1.03, 1.02, 0.92, 0.66, 1.05, 1.08, 1.06, 0.90],
    "data": [0.97, 0.97, 0.98, 0.99, 1.00, 1.02, 1.06, 1.10, 1.00, 1.00, 1.00, 1.06],
}


@dataclass(frozen=True)
class Day:
    """One local day: UTC seconds of its edges and the offset of each of its 23 to 25 hours."""

    day: date
    start: int
    end: int
    offsets_min: np.ndarray
    local_hours: np.ndarray

    @property
    def hours(self) -> int:
        """Return how many UTC hours the day has."""
        return (self.end - self.start) // 3600


def local_midnight(day: date) -> int:
    """Return the UTC epoch second at which the local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


@lru_cache(maxsize=4096)
def local_day(day: date) -> Day:
    """Return the hours and offsets of a local day, right on the two days a year the clock moves."""
    start, end = local_midnight(day), local_midnight(day + timedelta(days=1))
    moments = [datetime.fromtimestamp(second, ZONE) for second in range(start, end, 3600)]
    offsets = [int((moment.utcoffset() or timedelta()).total_seconds() // 60) for moment in moments]
    hours = [moment.hour for moment in moments]
    return Day(day, start, end, np.array(offsets, np.int32), np.array(hours, np.int64))


def utc_text(second: int) -> str:
    """Return an epoch second as `YYYY-MM-DDThh:mm:ssZ`."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_text(second: int) -> str:
    """Return an epoch second in local time with its offset, `2026-03-29T03:00:05+02:00`."""
    return datetime.fromtimestamp(second, ZONE).isoformat(timespec="seconds")


def local_date(second: int) -> date:
    """Return the local day that holds an epoch second."""
    return datetime.fromtimestamp(second, ZONE).date()


def is_holiday(day: date) -> bool:
    """Return whether the local day is a public holiday."""
    return (day.month, day.day) in FIXED_HOLIDAYS


def holidays(first_year: int, years: int) -> list[tuple[date, str]]:
    """Return the public holidays of some years, oldest first."""
    return sorted(
        (date(year, month, day), name)
        for year in range(first_year, first_year + years)
        for (month, day), name in FIXED_HOLIDAYS.items()
    )


def hour_weights(day: Day, kind: str) -> np.ndarray:
    """Return the share of a day's events that falls into each of its UTC hours; sums to 1."""
    free = day.day.isoweekday() >= 6 or is_holiday(day.day)
    shape = {"data": _DATA_ALL, "business": _VOICE_BUSINESS}.get(kind, _VOICE_CONSUMER)
    if kind == "business" and free:
        shape = _VOICE_CONSUMER
    weights = np.array(shape, float)[day.local_hours]
    return weights / weights.sum()


def day_factor(day: date, kind: str, start: date) -> float:
    """Return how busy a day is against the average: weekday, season and slow growth."""
    weekday = 6 if is_holiday(day) else day.weekday()
    months = (day - start).days / 30.4
    growth = {"data": 0.012, "consumer": -0.002, "business": 0.001}[kind]
    return _WEEK[kind][weekday] * _YEAR[kind][day.month - 1] * (1.0 + growth) ** months


def is_bad_day(day: date) -> bool:
    """Return whether the day lies in the week region East's network failed."""
    return BAD_WEEK[0] <= day < BAD_WEEK[1]


def month_bounds(month: date) -> tuple[int, int]:
    """Return the UTC seconds at which a local calendar month begins and ends."""
    return local_midnight(month), local_midnight(add_months(month, 1))


def day_share_bad(month: date) -> float:
    """Return the share of a month's days that lie in the bad-network week."""
    end = add_months(month, 1)
    overlap = (min(end, BAD_WEEK[1]) - max(month, BAD_WEEK[0])).days
    return max(overlap, 0) / (end - month).days
