"""Which days a new snapshot of a tariff table dirties: those on which it says something else."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.columns import REFERENCE_COLUMNS
from ingestion.home import Home
from orchestration.build_state import database_path
from orchestration.reference_days import COMPARED, reference_days

FIRST, LAST = date(2026, 3, 1), date(2026, 5, 31)
CARD = {"rate_card_id": "c", "service_type": "voice", "rate_id": "r1", "weight": 10}
Rows = list[dict[str, object]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Give a deployment with one call of ten minutes that begins before midnight of 10 April."""
    home = Home(tmp_path)
    database_path(home).parent.mkdir(parents=True)
    with duckdb.connect(str(database_path(home))) as warehouse:
        warehouse.execute(
            "create table fct_usage_events as select date '2026-04-09' as usage_date, "
            "'voice' as service_type, timestamp '2026-04-09 23:55:00' as started_local, "
            "600 as duration_s"
        )
    return home


def land(home: Home, table: str, seq: int, rows: Rows) -> None:
    folder = home.landing / "reference" / table
    folder.mkdir(parents=True, exist_ok=True)
    columns = REFERENCE_COLUMNS[table]
    with duckdb.connect() as con:
        con.execute(
            "create table rows (file_id varchar, landed_seq bigint, record_no integer, "
            f"{', '.join(f'{name} {kind}' for name, kind in columns.items())})"
        )
        for record_no, row in enumerate(rows, 1):
            con.execute(
                f"insert into rows values ({', '.join('?' * (3 + len(columns)))})",
                [f"f{seq}", seq, record_no, *(row.get(name) for name in columns)],
            )
        con.execute(f"copy rows to '{folder}/{seq}.parquet' (format parquet)")


def changed(home: Home, table: str, before: Rows, now: Rows) -> list[tuple[date, date]] | None:
    """Return the first and last day of each stretch of dirty days; None for all."""
    land(home, table, 1, before)
    land(home, table, 2, now)
    days = reference_days(home, [table], 1, FIRST, LAST)
    if days is None:
        return None
    starts = sorted(day for day in days if day - timedelta(days=1) not in days)
    ends = sorted(day for day in days if day + timedelta(days=1) not in days)
    return list(zip(starts, ends, strict=True))


@pytest.mark.parametrize(
    ("before", "now", "dirty"),
    [
        pytest.param([CARD], [CARD], [], id="the same again"),
        pytest.param(
            [CARD], [CARD, {**CARD, "rate_id": "r2", "valid_from": "2026-05-02"}],
            [(date(2026, 5, 2), LAST)], id="a new row, from its day on",
        ),
        pytest.param(
            [CARD], [{**CARD, "valid_to": "2026-05-02"}],
            [(date(2026, 5, 2), LAST)], id="a row that ends",
        ),
        pytest.param(
            [{**CARD, "valid_to": "2026-04-20"}], [{**CARD, "valid_to": "2026-04-25"}],
            [(date(2026, 4, 20), date(2026, 4, 24))], id="an end that moved",
        ),
        pytest.param(
            [CARD],
            [
                {**CARD, "valid_to": "2026-05-02"},
                {**CARD, "rate_id": "r2", "valid_from": "2026-05-02", "valid_to": "2026-05-04"},
                {**CARD, "valid_from": "2026-05-04"},
            ],
            [(date(2026, 5, 2), LAST)], id="what stands in another row may stand elsewhere",
        ),
        pytest.param([CARD], [{**CARD, "weight": 20}], [(FIRST, LAST)], id="another weight"),
        pytest.param(
            [CARD], [CARD, {**CARD, "rate_id": "r2", "valid_from": "2026-04-10"}],
            [(date(2026, 4, 9), LAST)], id="a call that lasts into the first day",
        ),
        pytest.param(
            [CARD], [CARD, {**CARD, "rate_id": "r2", "valid_from": "2026-07-01"}],
            [], id="a row of days to come",
        ),
        pytest.param(
            [CARD, {**CARD, "rate_id": "r2"}], [{**CARD, "rate_id": "r2"}, CARD],
            None, id="rows in another order",
        ),
        pytest.param(
            [CARD, {**CARD, "rate_id": "r2"}],
            [CARD, CARD | {"rate_id": "r3", "valid_from": "2026-05-30"}, CARD | {"rate_id": "r2"}],
            [(date(2026, 5, 30), LAST)], id="a row between two others",
        ),
    ],
)  # fmt: skip
def test_a_rate_card_dirties_the_days_on_which_it_says_something_else(
    home: Home, before: Rows, now: Rows, dirty: list[tuple[date, date]] | None
) -> None:
    assert changed(home, "rate_cards", before, now) == dirty


def test_a_price_dirties_the_days_on_which_a_card_names_it(home: Home) -> None:
    land(home, "agreement_rates", 1, [])
    land(home, "rate_cards", 1, [{**CARD, "valid_to": "2026-03-11"}, {**CARD, "rate_id": "r2"}])
    rate = {"rate_id": "r1", "tier_start": 0, "unit_price": "0.1", "unit_size": 1, "increment": 1}
    unnamed = {**rate, "rate_id": "r9"}
    assert changed(home, "rates", [rate], [{**rate, "unit_price": "0.2"}, unnamed]) == [
        (FIRST, date(2026, 3, 10))
    ]


def test_a_destination_named_by_more_rows_than_before_keeps_its_days(home: Home) -> None:
    named = {"destination_id": "d1", "prefix": "331"}
    for seq, rows in ((1, [named]), (2, [{**named, "prefix": "338", "valid_from": LAST}, named])):
        land(home, "destination_prefixes", seq, rows)
    destination = {"destination_id": "d1", "name": "x"}
    assert changed(home, "destinations", [destination], [destination]) == [(LAST, LAST)]


def test_a_holiday_dirties_its_day(home: Home) -> None:
    days = [{"calendar_id": "c", "date": date(2026, 5, day), "name": "x"} for day in (1, 14)]
    assert changed(home, "holidays", days[:1], days) == [(date(2026, 5, 14), date(2026, 5, 14))]


def test_a_table_without_days_or_without_a_snapshot_before_dirties_all_days(home: Home) -> None:
    assert reference_days(home, ["rate_cards", "plans"], 1, FIRST, LAST) is None
    land(home, "rate_cards", 2, [CARD])
    assert reference_days(home, ["rate_cards"], 1, FIRST, LAST) is None
    assert reference_days(home, [], 1, FIRST, LAST) == frozenset()


def test_every_table_that_is_compared_exists() -> None:
    assert set(REFERENCE_COLUMNS) >= COMPARED
