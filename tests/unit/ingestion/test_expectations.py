"""What the suites judge: every landed table, partners' rows in full, days against their weekday."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest
import yaml
from landing_files import Landing, call, mediation

from ingestion import landing as landing_module
from ingestion.batch import BatchResult, FileResult
from ingestion.expectations import volume
from ingestion.expectations.suites import IN_FULL, SUITES, StagedTable, titles_of
from ingestion.expectations.volume import DayVolume, Volume
from ingestion.expectations.worker import shared_worker
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.schemas import TABLES

MONDAY = date(2026, 3, 2)
NUMBER = "999601234567"


class Book:
    """A ledger of files that each hold records of some days."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def file(self, feed: str, records: int, *days: date) -> FileResult:
        file_id = f"{feed} {self.ledger.query('select count(*) from files')[0][0]}"
        with self.ledger.transaction() as con:
            con.execute(
                "insert into files (file_id, feed, state, landed_records) "
                "values (?, ?, 'landed', ?)",
                (file_id, feed, records),
            )
            con.executemany(
                "insert into file_days values (?, ?, ?)",
                [(file_id, feed, day.isoformat()) for day in days],
            )
        return FileResult(file_id, days=set(days))

    def weeks(self, feed: str, first: date, *records: int) -> None:
        for number, count in enumerate(records):
            self.file(feed, count, first + timedelta(weeks=number))

    def judged(self, feed: str, *files: tuple[int, tuple[date, ...]]) -> list[DayVolume]:
        """Return the judged days of a landing of these files."""
        landed = Volume(self.ledger)
        results = [self.file(feed, records, *days) for records, days in files]
        landed.note(BatchResult("b1", feed, results, []))
        return [day for found in landed.judged() for day in found.days]


@pytest.fixture
def book(home: Home) -> Iterator[Book]:
    with Ledger(home) as ledger:
        yield Book(ledger)


def test_a_day_is_judged_once_a_newer_one_is_there_against_the_median(book: Book) -> None:
    book.weeks("pm", MONDAY - timedelta(weeks=10), 9_000, 9_000, 10, 20, 30, 40, 50, 60, 70, 80)
    assert [day.day for day in book.judged("pm", (9, (MONDAY,)))] == ["2026-02-23"]
    assert book.judged("pm", (9, (MONDAY + timedelta(days=1),))) == [
        DayVolume("2026-03-02", 9, 45.0, 8, 0.2)
    ]


def test_fewer_than_three_same_weekdays_judge_nothing(book: Book) -> None:
    book.weeks("pm", MONDAY - timedelta(weeks=2), 10, 10)
    tuesday = MONDAY + timedelta(days=1)
    assert book.judged("pm", (1, (MONDAY,)), (1, (tuesday,))) == []
    book.file("pm", 10, MONDAY - timedelta(weeks=8))
    assert [day.weeks for day in book.judged("pm", (1, (MONDAY,)))] == [3]


def test_a_day_without_records_that_was_passed_over_counts_as_none(book: Book) -> None:
    book.weeks("mediation", MONDAY - timedelta(weeks=4), 10, 10, 10, 10)
    found = book.judged("mediation", (10, (MONDAY + timedelta(days=2),)))
    assert [(day.day, day.records, day.share_of_usual) for day in found] == [
        ("2026-02-23", 10, 1.0), ("2026-03-02", 0, 0.0),
    ]  # fmt: skip


def test_records_belong_to_the_day_that_their_file_closes(book: Book) -> None:
    book.weeks("mediation", MONDAY - timedelta(weeks=3), 10, 10, 10)
    tuesday = MONDAY + timedelta(days=1)
    found = book.judged("mediation", (6, (MONDAY,)), (100, (MONDAY, tuesday)))
    assert (found[-1].day, found[-1].records) == ("2026-03-02", 6)


def test_only_days_that_the_landing_touched_are_judged(book: Book) -> None:
    for days in range(35):
        book.file("pm", 10, MONDAY - timedelta(days=days))
    late = MONDAY - timedelta(days=8)
    assert [day.day for day in book.judged("pm", (10, (late,)))] == [late.isoformat()]
    assert book.judged("payments", (10, (late,))) == [], "money has no volume"


def test_the_cost_of_a_day_does_not_grow_with_history(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Any]] = []
    query = book.ledger.query
    monkeypatch.setattr(
        book.ledger,
        "query",
        lambda sql, values=(): asked.append((sql, values)) or query(sql, values),
    )
    book.judged("pm", (10, (MONDAY,)), (10, (MONDAY + timedelta(days=1),)))
    plans = [
        step[3]
        for sql, values in asked
        if "file_days" in sql
        for step in query(f"explain query plan {sql}", values)
    ]
    scans = [step for step in plans if step.startswith("SCAN")]
    assert any("file_days_by_day" in step for step in plans)
    assert all("VIRTUAL TABLE" in step for step in scans), scans


def test_the_floor_is_that_of_the_warehouse(repo_root: Path) -> None:
    project = yaml.safe_load((repo_root / "dbt_project.yml").read_text())
    assert volume.RULES[0].arguments["min_value"] == project["vars"]["volume_floor"]
    test = (repo_root / "tests/warehouse/volume/assert_no_usage_day_collapses.sql").read_text()
    assert f"usage_date - {7 * volume.WEEKS} <=" in test
    assert f"count(*) >= {volume.FEWEST_WEEKS}" in test


def test_a_weak_day_lands_and_warns_and_names_itself(landing: Landing) -> None:
    def day(on: date, sequence: int, calls: int) -> None:
        lines = [
            call(charging_ref=f"{on}-{n}", started_at=f"{on}T10:00:00+01:00",
                 ended_at=f"{on}T10:01:00+01:00")
            for n in range(calls)
        ]  # fmt: skip
        data = mediation(*lines, sequence=sequence, created=f"{on}T11:00:00Z")
        landing.drop("mediation", f"{sequence}.csv", data)

    for number in range(4):
        day(MONDAY - timedelta(weeks=4 - number), number + 1, 10)
    landing()
    day(MONDAY, 5, 1)
    day(MONDAY + timedelta(days=1), 6, 1)
    report = landing_module.land(landing.home)
    assert (report.records, report.refused, report.expectations_failed) == (2, 0, 1)
    results = _results(landing.home)
    found = [row for row in results if row["suite"] == "volume"]
    assert [(row["success"], row["severity"], row["observed"]) for row in found] == [
        (False, "warning", "2026-03-02: 0.1")
    ]
    assert json.loads(found[0]["kwargs"]) == {"max_value": 5, "min_value": 0.2}
    assert found[0]["batch_id"] == next(r["batch_id"] for r in results if r["suite"] == "cdr")
    assert (landing.home.data_docs / "expectations" / "volume-mediation.html").is_file()


def test_every_landed_table_has_a_suite_over_its_own_columns() -> None:
    assert set(SUITES) == {table for table in TABLES if not table.startswith("quarantine/")}
    wrong = [
        (table, column)
        for table, (_, rules) in SUITES.items()
        for rule in rules
        for name in ("column", "column_A", "column_B")
        if (column := rule.arguments.get(name)) and column not in TABLES[table].columns
    ]
    assert not wrong
    assert titles_of("pm") == ["network-pm-cell_counters", "volume-pm"]


@pytest.mark.parametrize(("feed", "rows_judged"), [("partner", 7_000), ("pm", 2_333)])
def test_partner_files_are_judged_in_full_and_others_by_a_sample(
    home: Home, feed: str, rows_judged: int
) -> None:
    table = {"partner": "partner/declarations", "pm": "pm/cell_counters"}[feed]
    staged = _staged(home, table, 7_000)
    found = shared_worker().ask("judge", "rows", home.data_docs, staged)
    count = next(int(row[8]) for row in found if "row_count" in row[4])
    assert (feed in IN_FULL) == (count == 7_000)
    assert abs(count - rows_judged) < 200


def test_the_pages_show_no_value_that_failed(home: Home) -> None:
    values = {"a_token": NUMBER, "b_token": NUMBER, "usage_id": None}
    staged = _staged(home, "mediation/cdrs", 20, **values)
    found = shared_worker().ask("judge", "private", home.data_docs, staged)
    failed = {(row[4], row[5]): row[8] for row in found if not row[7]}
    assert failed["expect_column_values_to_match_regex", "a_token"] == "100"
    assert failed["expect_column_values_to_not_be_null", "usage_id"] == "100"
    shared_worker().ask("write_docs", "private")
    pages = list(home.data_docs.rglob("*.html"))
    assert any("a_token" in page.read_text() for page in pages)
    assert not [page.name for page in pages if NUMBER in page.read_text()]


def test_the_pages_need_nothing_from_outside_and_lead_to_each_other(home: Home) -> None:
    failed = 0
    for table in ("mediation/cdrs", "payments/payments"):
        staged = _staged(home, table, 5, batch_id=table.replace("/", "-"))
        found = shared_worker().ask("judge", "alone", home.data_docs, staged)
        failed += not all(row[7] for row in found)
    shared_worker().ask("write_docs", "alone")
    pages = {path.resolve(): path.read_text() for path in home.data_docs.rglob("*.html")}
    assert not [path.name for path, text in pages.items() if "://" in text]
    assert not (home.data_docs / "static").exists()
    index = (home.data_docs / "index.html").resolve()
    for path, text in pages.items():
        named = re.findall('(?:href|src)="([^"#]+)"', text)
        leads_to = {(path.parent / unquote(name)).resolve() for name in named}
        assert leads_to <= pages.keys()
        assert index in leads_to
    assert len(re.findall(">Open<", pages[index])) == len(pages) - 1 == 4
    icons = [pages[index].count(f"fa-{icon} ") for icon in ("times", "check-circle")]
    assert icons == [failed, 2 - failed]


def test_the_pages_are_those_of_the_last_landing_that_judged(home: Home) -> None:
    pages = []
    for number in range(3):
        staged = _staged(home, "payments/payments", 2, batch_id=f"batch{number}")
        shared_worker().ask("judge", f"run{number}", home.data_docs, staged)
        shared_worker().ask("write_docs", f"run{number}")
        shared_worker().ask("write_docs", "a landing that judged nothing")
        pages.append({path.name for path in home.data_docs.rglob("*.html")})
        batches = {path.parts[-3] for path in home.data_docs.glob("validations/*/*/*/*.html")}
        assert batches == {f"batch-batch{number}"}
    assert pages[0] == pages[1] == pages[2]
    assert {path.name for path in home.work.iterdir()} == {"data_docs", "staging"}


def test_a_batch_whose_name_looks_like_a_time_is_judged(home: Home) -> None:
    staged = _staged(home, "payments/payments", 2, batch_id="9999999999999999")
    assert shared_worker().ask("judge", "digits", home.data_docs, staged)
    shared_worker().ask("write_docs", "digits")
    assert list(home.data_docs.glob("validations/*/batch-9999999999999999/*/*.html"))


def test_a_batch_that_is_judged_again_keeps_one_set_of_results(landing: Landing) -> None:
    rows = [("cdr", "mediation", "b1", f"2026-03-0{n} 00:00:00", "x", None, "critical", n - 1, "",
             "{}") for n in (1, 2)]  # fmt: skip
    with Ledger(landing.home) as ledger:
        for row in rows:
            now = landing_module.utc_now()
            ledger.register(BatchResult("b1", "mediation", [], []), [], 1, now, [row])
        assert ledger.query("select success from expectations") == [(1,)]


def _staged(
    home: Home, table: str, rows: int, *, batch_id: str = "b1", **values: str | None
) -> StagedTable:
    """Return a staged file of `rows` rows: numbers count up, texts are `x` unless told."""
    path = home.staging / f"{batch_id}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    usual = {"VARCHAR": "'x'", "DATE": "date '2026-03-02'", "TIMESTAMP": "now()::timestamp",
             "UUID": "uuid()", "BOOLEAN": "false"}  # fmt: skip
    told = {name: "null" if value is None else f"'{value}'" for name, value in values.items()}
    columns = ", ".join(
        f"cast({told.get(name) or usual.get(kind, 'n')} as {kind}) as {name}"
        for name, kind in TABLES[table].columns.items()
        if name != "record_no"
    )
    with duckdb.connect() as con:
        con.execute(
            f"copy (select cast(n as integer) as record_no, {columns} from range({rows}) as r (n)) "
            f"to '{path}' (format parquet)"
        )
    return StagedTable(table, [str(path)], table.split("/", maxsplit=1)[0], batch_id)


def _results(home: Home) -> list[dict[str, Any]]:
    path = home.landing / "ledger" / "expectations.parquet"
    with duckdb.connect() as con:
        return (
            con.execute("select * from read_parquet(?)", [str(path)]).to_arrow_table().to_pylist()
        )
