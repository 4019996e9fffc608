"""Which months are rated again when one is: those that a grant links to it, and no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from orchestration.build_state import database_path
from orchestration.carried_grants import granted_from, months_after

LAST = date(2025, 12, 10)
LATE = {date(2025, 10, 20)}
LATER = {date(2025, 11, 1), date(2025, 12, 1)}
CHANGED = date(2025, 12, 5)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.warehouse.mkdir(parents=True)
    return home


def granting(home: Home, *buckets: str) -> Home:
    """Build a warehouse with buckets: turn, period, is_prorated, valid_from, valid_to."""
    with duckdb.connect(str(database_path(home))) as con:
        con.execute(
            "create table int_rating__buckets (turn varchar, period varchar, is_prorated boolean, "
            "valid_from date, valid_to date)"
        )
        for bucket in buckets:
            con.execute(f"insert into int_rating__buckets values ({bucket})")
    return home


CYCLE = "null, 'cycle', true, '2025-01-01', '9999-12-31'"
ROLLOVER = "'month', 'cycle', true, '2025-01-01', '9999-12-31'"
FORTY_DAYS = "'once', '40 days', true, '2025-01-01', '9999-12-31'"
ONCE = "'once', 'one_off', true, '2025-09-20', '2025-12-31'"
ONCE_OPEN = "'once', 'one_off', true, '2025-09-20', '9999-12-31'"


def test_a_late_day_moves_no_other_month_where_nothing_is_carried(home: Home) -> None:
    assert months_after(granting(home, CYCLE), LATE, LAST) == set()


@pytest.mark.parametrize("bucket", [ROLLOVER, FORTY_DAYS, ONCE])
def test_a_late_day_moves_every_month_after_it_where_something_is(home: Home, bucket: str) -> None:
    assert months_after(granting(home, CYCLE, bucket), LATE, LAST) == LATER


def test_the_newest_month_alone_does_not_even_open_the_warehouse(home: Home) -> None:
    database_path(home).write_text("no database")
    assert months_after(home, {date(2025, 12, 1), LAST}, LAST) == set()
    assert months_after(home, set(), LAST) == set()


@pytest.mark.parametrize(
    ("bucket", "began"),
    [
        (ROLLOVER, CHANGED),
        (FORTY_DAYS, date(2025, 10, 26)),
        (ONCE, date(2025, 9, 20)),
        (ONCE_OPEN, CHANGED),
    ],
)
def test_a_holder_s_change_reaches_back_to_the_grants_it_makes_smaller(
    home: Home, bucket: str, began: date
) -> None:
    assert granted_from(granting(home, bucket), CHANGED) == began
