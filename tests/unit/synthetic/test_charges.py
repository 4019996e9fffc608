"""Charges worked by hand: increments, tiers, set-up fee, minimum, allowance crossing, rounding."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ingestion.synthetic import SimulationConfig
from ingestion.synthetic.calendar import is_holiday
from ingestion.synthetic.catalogue import DESTINATION
from ingestion.synthetic.charges import charged_units, charges
from ingestion.synthetic.reference_tables import reference_tables
from ingestion.synthetic.tariff import Bands, Prefixes, RateBook

TABLES = reference_tables(SimulationConfig(), [])
BOOK = RateBook.of(TABLES["rates"])


def charge(rate: str, quantity: int, drawn: int = 0, decimals: int = 4) -> int:
    index = np.array([BOOK.ids.index(rate)])
    return int(charges(BOOK, index, np.array([quantity]), np.array([drawn]), decimals)[0])


def units(rate: str, quantity: int) -> int:
    return int(charged_units(BOOK, np.array([BOOK.ids.index(rate)]), np.array([quantity])).sum())


@pytest.mark.parametrize(
    ("rate", "quantity", "charged"),
    [
        ("V_PRE_PEAK", 0, 0),  # nothing used
        ("V_PRE_PEAK", 1, 60),  # first minute whole
        ("V_PRE_PEAK", 60, 60),
        ("V_PRE_PEAK", 61, 61),  # then by the second
        ("V_POST_PEAK", 31, 60),  # two steps of 30 in the first minute
        ("V_POST_PEAK", 61, 61),
        ("V_ONNET", 61, 120),  # whole minutes throughout
        ("V_Z3", 601, 630),  # ten minutes, then steps of 30
        ("D_PRE", 100_001, 200_000),
        ("S_NAT", 1, 1),
    ],
)
def test_started_increments_count_whole(rate: str, quantity: int, charged: int) -> None:
    assert units(rate, quantity) == charged


@pytest.mark.parametrize(
    ("rate", "quantity", "expected"),
    [
        ("V_PRE_PEAK", 90, 2850),  # 90 s x 0.19 / 60 = 0.285
        ("V_PRE_PEAK", 61, 1932),  # 0.193166.. rounds down
        ("V_Z1", 90, 2750),  # 60 s at 0.19, 30 s at 0.17: 0.19 + 0.085
        ("V_Z2", 60, 5000),  # 0.35 and the set-up fee of 0.15
        ("V_Z2", 0, 0),  # no set-up fee for nothing
        ("V_PREMIUM", 1, 6000),  # 0.30 + 0.0148 lies under the minimum of 0.60
        ("V_PREMIUM", 60, 11900),  # 0.30 + 0.89
        ("V_Z3", 660, 87400),  # 0.25 + 10 x 0.79 + 1 x 0.59 = 8.74
        ("D_POST", 1_500_000, 38),  # 0.00375 rounds half-up to 0.0038
    ],
)
def test_a_charge_is_rounded_once_half_up(rate: str, quantity: int, expected: int) -> None:
    assert charge(rate, quantity) == expected


def test_an_allowance_pays_the_first_units() -> None:
    # 120 s charged, 100 s drawn: the last 20 s at 0.15 a minute = 0.05.
    assert charge("V_POST_PEAK", 120, drawn=100) == 500
    assert charge("V_POST_PEAK", 120, drawn=120) == 0
    # Crossing into the second tier of V_Z1: 30 s at 0.19 and 30 s at 0.17 a minute.
    assert charge("V_Z1", 90, drawn=30) == 1800


def test_the_set_up_fee_is_due_unless_everything_is_covered() -> None:
    assert charge("V_HOME_PEAK", 60, drawn=59) == 808  # 0.08 + 0.00075, half-up
    assert charge("V_HOME_PEAK", 60, drawn=60) == 0


def test_wholesale_amounts_keep_six_decimals() -> None:
    assert charge("W_CAST", 7, decimals=6) == 1408  # 0.001 + 7 x 0.0035 / 60 = 0.00140833..


def test_bands_follow_hour_weekday_and_holiday() -> None:
    bands = Bands(TABLES["time_bands"])

    def band(day: date, hour: int, minute: int = 0) -> str:
        minutes = bands.minutes("STD", day.isoweekday(), is_holiday(day))
        return bands.ids[minutes[hour * 60 + minute]]

    monday, saturday, holiday = date(2025, 9, 1), date(2025, 9, 6), date(2025, 12, 25)
    assert band(monday, 7, 59) == "offpeak"
    assert band(monday, 8) == "peak"
    assert band(monday, 19, 59) == "peak"
    assert band(monday, 20) == "offpeak"
    assert band(saturday, 12) == "offpeak"
    assert band(holiday, 12) == "offpeak"


def test_the_longest_prefix_valid_on_the_day_wins() -> None:
    rows = TABLES["destination_prefixes"]
    digits = np.array(
        [33612345678, 33712345678, 999112, 99911850, 18095551234, 12125551234, 88823456789, 0]
    )
    before = Prefixes(rows, date(2026, 1, 31)).match(digits).tolist()
    after = Prefixes(rows, date(2026, 2, 1)).match(digits).tolist()
    names = (
        "FRANCE_MOBILE",
        "FRANCE_FIXED",
        "EMERGENCY",
        "DIRECTORY",
        "DOMINICAN_REP",
        "USA_CANADA",
    )
    assert before == [*(DESTINATION[name] for name in names), -1, -1]
    assert after[1] == DESTINATION["FRANCE_MOBILE"]
