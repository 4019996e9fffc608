"""Which days a run builds: ranges, what each feed dirties, and when everything is built again."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ingestion.formats import PUBLISHED_TABLES
from ingestion.home import Home
from orchestration.build_state import BuildState, database_path, write_state
from orchestration.errors import PipelineError
from orchestration.generations import Publications
from orchestration.planning import DayRange, make_plan, merge_days
from orchestration.project import fingerprints
from tests.orchestration.publishing import publish_number

FIRST = date(2025, 9, 1)
LAST = date(2026, 10, 31)


def days(*numbers: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in numbers]


def test_contiguous_days_are_one_range() -> None:
    assert merge_days(days(3, 1, 2, 2)) == [DayRange(*days(1, 3))]
    assert merge_days([]) == []


def test_at_most_three_ranges_and_the_smallest_gaps_are_filled() -> None:
    found = merge_days(days(1, 3, 40, 90, 200))
    assert found == [DayRange(*days(1, 40)), DayRange(*days(90, 90)), DayRange(*days(200, 200))]
    assert [len(item.days) for item in found] == [40, 1, 1]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    with sqlite3.connect(home.ledger) as ledger:
        ledger.execute(
            "create table files (file_id text, feed text, file_name text, format text, "
            "state text, landed_seq integer, findings text)"
        )
        ledger.execute("create table file_days (file_id text, feed text, day text)")
    landed(home, 1, "mediation", FIRST, LAST)
    return home


def landed(
    home: Home, seq: int, feed: str, *touched: date, name: str = "x.csv", told: str = "f"
) -> None:
    file_id = f"f{seq}-{feed}-{name}"
    with sqlite3.connect(home.ledger) as ledger:
        ledger.execute(
            "insert into files values (?, ?, ?, ?, 'landed', ?, '[]')",
            (file_id, feed, name, told, seq),
        )
        ledger.executemany(
            "insert into file_days values (?, ?, ?)",
            [(file_id, feed, day.isoformat()) for day in touched],
        )


def built(home: Home, seq: int, **changes: str) -> None:
    """Pretend that everything up to `seq` is built and published."""
    publish_number(home.root, seq)
    with duckdb.connect(str(database_path(home))) as warehouse:
        warehouse.execute(
            "create or replace table int_rating__buckets as select 'month' as turn, "
            "'cycle' as period, false as is_prorated, current_date as valid_from, "
            "current_date as valid_to"
        )
        warehouse.execute(
            "create or replace table fct_usage_events (usage_date date, service_type varchar, "
            "started_local timestamp, duration_s bigint)"
        )
        warehouse.execute(
            "create or replace table int_usage__partials as select 1 as usage_id, "
            "1 as event_usage_id, 2 as record_sequence_no, date '2025-09-26' as usage_date"
        )
    hashes = fingerprints()
    state = {
        "config_hash": hashes.config,
        "record_hash": hashes.record,
        "history_begin": str(FIRST),
        "built_at": "2026-11-01T05:00:00Z",
        "published": Publications(home.published).current().generation,
    } | changes
    write_state(home, BuildState(landed_seq=seq, **state))  # type: ignore[arg-type]


def test_the_first_build_takes_the_whole_history(home: Home) -> None:
    plan = make_plan(home)
    assert (plan.kind, plan.is_full, plan.reason) == ("build", True, "first build")
    assert plan.ranges == (DayRange(FIRST, LAST),)


def test_nothing_new_is_nothing_to_do(home: Home) -> None:
    built(home, 1)
    assert make_plan(home).kind == "nothing"


def test_a_new_day_and_a_late_file_dirty_their_own_days_only(home: Home) -> None:
    built(home, 1)
    landed(home, 2, "mediation", LAST + timedelta(days=1))
    landed(home, 3, "mediation", *days(17), name="late.csv")
    plan = make_plan(home)
    new = LAST + timedelta(days=1)
    assert not plan.is_full
    assert plan.ranges == (DayRange(*days(17, 17)), DayRange(new, new))
    assert plan.landed_seq == 3


def test_a_late_file_dirties_the_days_that_may_go_on_from_its_own(home: Home) -> None:
    """The one session of the warehouse goes on on the day with number 25."""
    built(home, 1)
    landed(home, 2, "cdr3gpp", *days(23), name="late.dat")
    assert make_plan(home).ranges == (DayRange(*days(23, 23)), DayRange(*days(25, 25)))
    landed(home, 3, "mediation", *days(25), name="also_late.csv")
    assert make_plan(home).ranges == (DayRange(*days(23, 23)), DayRange(*days(25, 25)))


def test_what_lies_beyond_the_window_goes_on_from_nothing(home: Home) -> None:
    built(home, 1)
    landed(home, 2, "cdr3gpp", *days(22, 26), name="late.dat")
    assert make_plan(home).ranges == (DayRange(*days(22, 22)), DayRange(*days(26, 26)))


def test_a_product_change_dirties_every_day_from_its_own_on(home: Home) -> None:
    built(home, 1)
    landed(home, 2, "tmf", LAST - timedelta(days=4))
    plan = make_plan(home)
    assert plan.ranges == (DayRange(LAST - timedelta(days=4), LAST),)
    assert (plan.rated, plan.usage) == (list(plan.ranges), ())


def test_records_alone_leave_open_whether_a_day_is_rated_again(home: Home) -> None:
    built(home, 1)
    landed(home, 2, "mediation", *days(17, 18))
    landed(home, 3, "tmf", LAST, name="orders.json")
    plan = make_plan(home)
    assert plan.ranges == (DayRange(*days(17, 18)), DayRange(LAST, LAST))
    assert plan.rated == [DayRange(LAST, LAST)]
    assert plan.usage == (DayRange(*days(17, 18)),)


@pytest.mark.parametrize("table", ["fx_rates", "minimum_commitments"])
def test_exchange_rates_and_commitments_touch_only_the_marts(home: Home, table: str) -> None:
    built(home, 1)
    landed(home, 2, "reference", name=f"{table}.csv")
    plan = make_plan(home)
    assert (plan.kind, plan.is_full, plan.ranges) == ("build", False, ())


@pytest.mark.parametrize("told", PUBLISHED_TABLES)
def test_a_published_table_touches_only_the_marts_whatever_its_name(home: Home, told: str) -> None:
    built(home, 1)
    landed(home, 2, "reference", name="rates.csv", told=told)
    plan = make_plan(home)
    assert (plan.kind, plan.is_full, plan.ranges) == ("build", False, ())


@pytest.mark.parametrize(
    "table", ["rates", "zero_rated", "discounts", "charge_caps", "friends", "origin_zones"]
)
def test_tariffs_and_terms_rebuild_everything(home: Home, table: str) -> None:
    built(home, 1)
    landed(home, 2, "reference", name=f"{table}.csv")
    plan = make_plan(home)
    assert plan.is_full
    assert table in plan.reason


PORTED_ONCE = (
    "('k1', '99961', '2026-10-05 10:00', null), ('k2', '99961', '2026-09-01', '2026-10-09')"
)


def ported(home: Home, seq: int, values: str) -> None:
    """Land a whole list of ported numbers."""
    landed(home, seq, "reference", name="ported_numbers.csv")
    folder = home.landing / "reference" / "ported_numbers"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 'f{seq}' as file_id, {seq} as landed_seq, number, routing_prefix, "
            "valid_from::timestamp as valid_from, valid_to::timestamp as valid_to "
            f"from (values {values}) as rows(number, routing_prefix, valid_from, valid_to)) "
            f"to '{folder / f'{seq}.parquet'}' (format parquet)"
        )


@pytest.mark.parametrize(
    ("values", "first", "last"),
    [
        pytest.param(PORTED_ONCE, None, None, id="the same again"),
        pytest.param(
            PORTED_ONCE + ", ('k3', '99961', '2026-10-20 12:00', null)",
            date(2026, 10, 19), LAST, id="a new number, from its instant on",
        ),
        pytest.param(
            PORTED_ONCE.replace("10-09'", "10-11 08:00'"),
            date(2026, 10, 8), date(2026, 10, 12), id="an end that moved, between the two ends",
        ),
        pytest.param(
            PORTED_ONCE.replace("10:00', null", "10:00', '2026-10-28'"),
            date(2026, 10, 27), LAST, id="an open interval that ended",
        ),
        pytest.param(
            PORTED_ONCE.replace("'k1', '99961'", "'k1', '99991'"),
            date(2026, 10, 4), LAST, id="another network",
        ),
    ],
)  # fmt: skip
def test_a_list_of_ported_numbers_dirties_the_days_it_routes_otherwise(
    home: Home, values: str, first: date | None, last: date | None
) -> None:
    ported(home, 1, PORTED_ONCE)
    built(home, 1)
    ported(home, 2, values)
    plan = make_plan(home)
    wanted = (DayRange(max(first, FIRST), last),) if first and last else ()
    assert not plan.is_full
    assert plan.ranges == wanted


def test_payments_and_statements_touch_no_usage_day(home: Home) -> None:
    built(home, 1)
    landed(home, 2, "payments", LAST)
    plan = make_plan(home)
    assert (plan.kind, plan.ranges) == ("build", ())


def test_changed_rules_rebuild_what_they_decide(home: Home) -> None:
    built(home, 1, record_hash="other")
    assert make_plan(home).is_full
    built(home, 1, config_hash="other")
    plan = make_plan(home)
    assert (plan.kind, plan.is_full, plan.reason) == ("build", False, "rules of the marts changed")


def test_a_build_that_was_not_published_is_only_published(home: Home) -> None:
    built(home, 1, published=None)  # type: ignore[arg-type]
    assert make_plan(home).kind == "publish"


def test_usage_before_the_history_moves_its_beginning(home: Home) -> None:
    built(home, 1)
    landed(home, 2, "mediation", FIRST - timedelta(days=3))
    plan = make_plan(home)
    assert plan.is_full
    assert plan.begin == FIRST - timedelta(days=3)


def test_asked_days_are_built_even_when_clean(home: Home) -> None:
    built(home, 1)
    asked = DayRange(*days(10, 12))
    plan = make_plan(home, asked)
    assert plan.usage == (asked,)
    assert plan.rated == [asked]
    with pytest.raises(PipelineError, match="hold no usage"):
        make_plan(home, DayRange(date(2031, 1, 1), date(2031, 1, 2)))


def test_a_lost_warehouse_is_a_first_build(home: Home) -> None:
    built(home, 1)
    database_path(home).unlink()
    assert make_plan(home).reason == "first build"


def test_a_late_owner_reopens_the_days_its_usage_waits_on_and_no_earlier_one(home: Home) -> None:
    built(home, 1)
    began = LAST - timedelta(days=40)
    landed(home, 2, "tmf", began, name="late-product.jsonl")
    plan = make_plan(home)
    assert not plan.is_full
    assert (plan.rated, plan.usage) == ([DayRange(began, LAST)], ())


@pytest.mark.parametrize("name", ["plans.csv", "allowances_20261101.csv"])
def test_a_table_that_counts_over_periods_reopens_every_day(home: Home, name: str) -> None:
    built(home, 1)
    landed(home, 2, "reference", name=name)
    plan = make_plan(home)
    assert (plan.is_full, plan.ranges) == (True, (DayRange(FIRST, LAST),))


def test_a_prefix_from_a_day_on_reopens_the_days_from_it_on(home: Home) -> None:
    began = LAST - timedelta(days=40)
    known = "('d1', '331', null)"
    for seq, rows in ((1, known), (2, f"{known}, ('d2', '338', '{began}')")):
        landed(home, seq, "reference", name="destination_prefixes.csv")
        folder = home.landing / "reference" / "destination_prefixes"
        folder.mkdir(parents=True, exist_ok=True)
        duckdb.sql(
            f"select 'f{seq}' as file_id, {seq} as landed_seq, row_number() over ()::integer as "
            "record_no, destination_id, prefix, valid_from::date as valid_from, null::date as "
            f"valid_to from (values {rows}) as rows (destination_id, prefix, valid_from)"
        ).write_parquet(str(folder / f"{seq}.parquet"))
        if seq == 1:
            built(home, 1)
    plan = make_plan(home)
    assert not plan.is_full
    assert (plan.rated, plan.usage) == ([DayRange(began, LAST)], ())
    assert plan.reason == "reference table(s) destination_prefixes changed on these days"


def test_a_retry_reopens_its_days_and_a_write_off_none(home: Home) -> None:
    built(home, 1)
    with sqlite3.connect(home.ledger) as ledger:
        ledger.execute("create table quarantine_actions (action_id integer, landed_seq integer)")
        ledger.execute("create table quarantine_days (landed_seq integer, feed text, day text)")
        ledger.execute("insert into quarantine_actions values (1, 2)")
        ledger.execute("insert into quarantine_days values (2, 'mediation', '2025-09-18')")
    plan = make_plan(home)
    assert (plan.ranges, plan.landed_seq) == ((DayRange(*days(17, 17)),), 2)
    built(home, 2)
    assert make_plan(home).kind == "nothing"
    with sqlite3.connect(home.ledger) as ledger:
        ledger.execute("insert into quarantine_actions values (2, 3)")
    plan = make_plan(home)
    assert (plan.kind, plan.ranges, plan.landed_seq) == ("build", (), 3)


def test_news_of_a_database_is_built_though_no_file_landed(home: Home) -> None:
    built(home, 1)
    with sqlite3.connect(home.ledger) as ledger:
        ledger.execute("create table database_readings (reading_id integer, landed_seq integer)")
        ledger.execute("insert into database_readings values (1, 2), (2, null)")
    plan = make_plan(home)
    assert (plan.kind, plan.ranges, plan.landed_seq) == ("build", (), 2)
    built(home, 2)
    assert make_plan(home).kind == "nothing"
