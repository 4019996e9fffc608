"""Closing months and re-rating them on a hand-made warehouse: what lands, what is refused.

Whether the models then show the right figures is tested on a whole world, in tests/end_to_end.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.ledger import Ledger
from orchestration.build_state import BuildState, database_path, write_state
from orchestration.errors import PipelineError
from orchestration.generations import Publications
from orchestration.project import fingerprints
from orchestration.rerating.close import close_month, closed_list
from orchestration.rerating.landed import landed
from orchestration.rerating.requests import Wanted, requests_list, rerate, wanted_of
from orchestration.rerating.tables import TABLES
from orchestration.rerating.undo import undo
from tests.orchestration.publishing import publish_number

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
CALLS = [f"00000000-0000-0000-0000-00000000000{number}" for number in range(5)]
ALL_JANUARY = Wanted(JANUARY, date(2026, 1, 31))
TABLES_OF_BUILD = {
    "fct_rated_usage": "closed_usage",
    "int_billing__fees": "closed_fees",
    "fct_commitments": "closed_commitments",
    "fct_bill_lines": "closed_lines",
    "int_billing__bill_taxes": "closed_taxes",
}
PAYER = {"subscription_id": "s1", "account_id": "a1", "service_type": "voice", "currency": "EUR"}


def put(con: duckdb.DuckDBPyConnection, table: str, **row: Any) -> None:
    names = ", ".join(row)
    con.execute(
        f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", list(row.values())
    )


def put_call(con: duckdb.DuckDBPyConnection, table: str, call: str, day: int, **row: Any) -> None:
    at = f"2026-01-{day:02d} 10:00:00"
    known = {"usage_id": call, "rating_run": "retail", "started_at": at, "started_local": at,
             "usage_date": at[:10], "usage_month": JANUARY, "status": "rated", "is_billable": True,
             "quantity": 60} | PAYER  # fmt: skip
    put(con, table, **(known | row))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """January and February are whole, published, and hold three calls at 1.00 each."""
    home = Home(tmp_path)
    generation = publish_number(home.root, 1).generation
    with Ledger(home):
        pass
    with duckdb.connect(str(database_path(home))) as con:
        con.execute("drop table fct_bill_lines; drop table fct_bills")
        for name, like in TABLES_OF_BUILD.items():
            columns = ", ".join(f"{column} {kind}" for column, kind in TABLES[like].items())
            con.execute(f"create table {name} ({columns})")
        columns = ", ".join(f"{n} {k}" for n, k in TABLES["closed_usage"].items())
        con.execute(f"create table int_rating__closed_changes (side varchar, {columns})")
        con.execute("create table fct_bills (bill_month date, total_amount decimal(18, 2))")
        con.execute("create table dim_tariff_versions as select 'h' as tariff_hash")
        con.execute(
            "create table int_billing__data_to as "
            "select date '2026-01-01' as data_from, date '2026-03-10' as data_to"
        )
        for call in CALLS[:3]:
            put_call(con, "fct_rated_usage", call, 5, charge_amount=1)
        put(con, "fct_bill_lines", bill_line_id="l", bill_month=JANUARY, net_amount=3)
        put(con, "fct_bills", bill_month=JANUARY, total_amount=Decimal("3.63"))
    write_state(home, state_of(generation))
    return home


def state_of(generation: str, landed_seq: int = 0) -> BuildState:
    hashes = fingerprints()
    return BuildState(landed_seq, hashes.config, hashes.record, "2026-01-01", "now", generation)


def change(home: Home, call: str, day: int, billed: int | None, now: int) -> None:
    """Let the warehouse say that a call costs something else now; late when it was not billed."""
    with duckdb.connect(str(database_path(home))) as con:
        if billed is not None:
            put_call(
                con, "int_rating__closed_changes", call, day, side="billed", charge_amount=billed
            )
        put_call(con, "int_rating__closed_changes", call, day, side="now", charge_amount=now)


def adjustments(home: Home) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        return con.execute(
            "select right(usage_id::varchar, 1)::int, version, old_amount::double, "
            "new_amount::double, delta_amount::double "
            f"from {landed(home, 'adjustments')} order by all"
        ).fetchall()


def test_a_closed_month_keeps_its_rows_its_ledger_entry_and_its_row(home: Home) -> None:
    row, is_new = close_month(home, JANUARY)
    assert is_new
    assert (row["rated_rows"], row["charge_amount"], row["bills"]) == (3, 3, 1)
    assert row["tariff_hash"] == "h"
    with duckdb.connect() as con:
        kept = f"select count(*), sum(charge_amount) from {landed(home, 'closed_usage')}"
        assert con.execute(kept).fetchall() == [(3, Decimal(3))]
    with Ledger(home) as ledger:
        found = ledger.query("select feed, file_name, state, landed_records, landed_seq from files")
    assert found == [("rating", "closed-2026-01", "landed", 5, 1)]  # 3 calls, a line, the close
    assert close_month(home, JANUARY) == (row, False)
    assert closed_list(home) == [row]


def test_months_close_in_order_when_whole_and_published(home: Home) -> None:
    with pytest.raises(PipelineError, match="expected 2026-01"):
        close_month(home, FEBRUARY)
    with pytest.raises(PipelineError, match="expected 2026-01"):
        close_month(home, date(2025, 12, 1))
    close_month(home, JANUARY)
    close_month(home, FEBRUARY)
    with pytest.raises(PipelineError, match="has not ended in the data"):
        close_month(home, date(2026, 3, 1))
    assert [row["month"] for row in closed_list(home)] == [JANUARY, FEBRUARY]


def test_what_readers_do_not_see_yet_is_not_closed(home: Home) -> None:
    write_state(home, state_of("another"))
    with pytest.raises(PipelineError, match="expected a publication"):
        close_month(home, JANUARY)


def test_a_late_file_that_no_run_has_seen_stops_closing_and_rating(home: Home) -> None:
    close_month(home, JANUARY)
    with Ledger(home) as ledger:
        ledger._con.execute(
            "insert into files (file_id, feed, format, state, landed_seq) "
            "values ('f', 'mediation', 'cdr', 'landed', 9)"
        )
    with pytest.raises(PipelineError, match="came after the last run"):
        rerate(home, ALL_JANUARY, "late file")
    with pytest.raises(PipelineError, match="came after the last run"):
        close_month(home, FEBRUARY)


def test_a_request_works_once_and_the_next_finds_nothing_before_any_run(home: Home) -> None:
    close_month(home, JANUARY)
    change(home, CALLS[0], 5, 1, 4)
    change(home, CALLS[3], 6, None, 2)
    request, is_new = rerate(home, ALL_JANUARY, "wrong price", "r1")
    assert (is_new, request["events"], request["bill_month"]) == (True, 2, FEBRUARY)
    expected = [(0, 1, 1.0, 4.0, 3.0), (3, 1, 0.0, 2.0, 2.0)]
    assert adjustments(home) == expected
    assert rerate(home, ALL_JANUARY, "again", "r1")[1] is False
    again, is_new = rerate(home, ALL_JANUARY, "again")
    assert (is_new, again["adjustments"]) == (False, 0)
    assert adjustments(home) == expected
    assert [row["request_id"] for row in requests_list(home)] == ["r1"]


def test_days_and_scope_narrow_a_request(home: Home) -> None:
    close_month(home, JANUARY)
    change(home, CALLS[0], 5, 1, 4)
    change(home, CALLS[1], 20, 1, 4)
    assert rerate(home, Wanted(JANUARY, JANUARY, "plan=p"), "none fits")[0]["adjustments"] == 0
    assert rerate(home, Wanted(JANUARY, date(2026, 1, 10)), "first")[0]["events"] == 1
    assert rerate(home, wanted_of(JANUARY, date(2026, 1, 31), "subscription=s1"), "rest")[1]
    assert [row[:2] for row in adjustments(home)] == [(0, 1), (1, 1)]


def test_a_second_correction_goes_on_from_the_first(home: Home) -> None:
    close_month(home, JANUARY)
    change(home, CALLS[0], 5, 1, 4)
    rerate(home, ALL_JANUARY, "first", "r1")
    with duckdb.connect(str(database_path(home))) as con:
        con.execute("update int_rating__closed_changes set charge_amount = 3 where side = 'now'")
    rerate(home, ALL_JANUARY, "second", "r2")
    assert adjustments(home) == [(0, 1, 1.0, 4.0, 3.0), (0, 2, 4.0, 3.0, -1.0)]


def test_undoing_gives_back_what_the_request_took_and_is_due_again(home: Home) -> None:
    close_month(home, JANUARY)
    change(home, CALLS[0], 5, 1, 4)
    rerate(home, ALL_JANUARY, "wrong", "r1")
    undoing, is_new = undo(home, "r1", "")
    assert (is_new, undoing["request_id"], undoing["adjustments"]) == (True, "undo-r1", 1)
    assert undo(home, "r1", "")[1] is False
    assert adjustments(home) == [(0, 1, 1.0, 4.0, 3.0), (0, 2, 4.0, 1.0, -3.0)]
    assert [row["undone_by"] for row in requests_list(home)] == ["undo-r1", None]
    rerate(home, ALL_JANUARY, "right after all", "r2")
    assert adjustments(home)[-1] == (0, 3, 1.0, 4.0, 3.0)


def test_only_the_last_request_on_an_event_can_be_undone(home: Home) -> None:
    close_month(home, JANUARY)
    change(home, CALLS[0], 5, 1, 4)
    rerate(home, ALL_JANUARY, "first", "r1")
    change(home, CALLS[1], 5, 1, 2)
    with duckdb.connect(str(database_path(home))) as con:
        con.execute("update int_rating__closed_changes set charge_amount = 3 where side = 'now'")
    rerate(home, ALL_JANUARY, "second", "r2")
    with pytest.raises(PipelineError, match="Undo r2 first"):
        undo(home, "r1", "")
    undo(home, "r2", "")
    undo(home, "r1", "")
    with duckdb.connect() as con:
        left = f"select sum(delta_amount) from {landed(home, 'adjustments')}"
        assert con.execute(left).fetchall() == [(Decimal(0),)]


@pytest.mark.parametrize(
    ("wanted", "reason", "name", "said"),
    [
        (Wanted(FEBRUARY, FEBRUARY), "x", None, "2026-02 is open"),
        (Wanted(JANUARY, FEBRUARY), "x", None, "2026-02 is open"),
        (ALL_JANUARY, "  ", None, "reason is empty"),
        (ALL_JANUARY, "x", "../r", "is no name"),
        (Wanted(JANUARY, JANUARY), "x", "r1", "Choose another name"),
    ],
)
def test_a_request_that_cannot_be_right_is_refused(
    home: Home, wanted: Wanted, reason: str, name: str | None, said: str
) -> None:
    close_month(home, JANUARY)
    rerate(home, ALL_JANUARY, "nothing is due", "r1")
    with pytest.raises(PipelineError, match=said):
        rerate(home, wanted, reason, name)


def test_unknown_requests_scopes_and_days_are_said_to_be_so(home: Home) -> None:
    close_month(home, JANUARY)
    with pytest.raises(PipelineError, match="no request 'r9'"):
        undo(home, "r9", "")
    with pytest.raises(PipelineError, match="expected one of subscription=ID"):
        wanted_of(JANUARY, JANUARY, "colour=red")
    with pytest.raises(PipelineError, match="lies before"):
        wanted_of(FEBRUARY, JANUARY)


def test_snapshots_hold_every_column_of_what_they_keep(manifest: dict[str, Any]) -> None:
    columns = {
        node["name"]: list(node["columns"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    for kept in ("fct_rated_usage", "fct_bill_lines"):
        assert list(TABLES[TABLES_OF_BUILD[kept]]) == columns[kept]


def test_a_kill_after_the_ledger_is_finished_by_the_next_command(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("ingestion.commit.rename_outputs", killed)
        with pytest.raises(KeyboardInterrupt):
            close_month(home, JANUARY)
    assert closed_list(home) == []
    row, is_new = close_month(home, JANUARY)
    assert (is_new, row["rated_rows"]) == (False, 3)
    assert Publications(home.published).pointer_or_none()
