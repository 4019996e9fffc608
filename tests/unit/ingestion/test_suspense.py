"""Writing off usage that landed and has no price: the log of the desk changes, nothing else."""

from __future__ import annotations

import sqlite3
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_files import Landing, call, mediation

from ingestion.desk import book
from ingestion.desk.closing import reopen
from ingestion.desk.items import Wanted, find
from ingestion.desk.suspense import WantedUsage, matching, write_off_usage
from ingestion.ledger import Ledger
from ingestion.ledger_schema import added_columns
from ingestion.reasons import LandingError

EVENTS = (
    # usage, run, record, reason, age in days, status as published
    ("u1", "retail", 1, "no_owner", 40, "open"),
    ("u1", "transit", 1, "no_destination", 40, "open"),
    ("u2", "retail", 2, "no_rate", 3, "open"),
    ("u3", "retail", 3, "no_rate", 50, "recovered"),
)
WORDS: dict[str, Any] = {"reason": "test numbers", "by": "clerk"}


@pytest.fixture
def usage(landing: Landing) -> pa.Table:
    """What a generation would say of records of one landed file."""
    landing.one("mediation", "calls.csv", mediation(call()))
    file_id = landing.files()[0]["file_id"]
    return pa.Table.from_pylist([
        {
            "usage_id": usage_id, "rating_run": run, "file_id": file_id, "record_no": record_no,
            "feed": "mediation", "reason_code": reason, "age_days": age, "status": status,
            "started_local": f"2026-03-0{record_no}",
        }
        for usage_id, run, record_no, reason, age, status in EVENTS
    ])  # fmt: skip


def standing(landing: Landing, usage: pa.Table, *statuses: str, **wanted: Any) -> list[Any]:
    with Ledger(landing.home) as ledger:
        found = matching(ledger, usage, WantedUsage(**wanted), statuses or ("open",))
    return [(row["usage_id"], row["rating_run"]) for row in found.to_pylist()]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [("u1", "retail"), ("u1", "transit"), ("u2", "retail")]),
        ({"runs": ["transit"]}, [("u1", "transit")]),
        ({"reasons": ["no_rate"]}, [("u2", "retail")]),
        ({"feeds": ["cdr3gpp"]}, []),
        ({"older_than_days": 40}, [("u1", "retail"), ("u1", "transit")]),
        ({"refs": ["calls.csv:2"]}, [("u2", "retail")]),
    ],
)
def test_usage_is_asked_for_by_what_describes_it(
    landing: Landing, usage: pa.Table, wanted: dict[str, Any], expected: list[Any]
) -> None:
    assert standing(landing, usage, **wanted) == expected


def test_a_write_off_needs_a_name_a_reason_and_a_bound(landing: Landing, usage: pa.Table) -> None:
    wanted = WantedUsage(runs=["retail"])
    for reason, by in (("", "clerk"), ("lost", " ")):
        with pytest.raises(LandingError, match="why and who"):
            write_off_usage(landing.home, usage, wanted, reason=reason, by=by)
    with pytest.raises(LandingError, match="names what it means"):
        write_off_usage(landing.home, usage, WantedUsage(), **WORDS)
    unknown: list[dict[str, Any]] = [
        {"reasons": ["bad_time"]},
        {"runs": ["wholesale"]},
        {"feeds": ["fax"]},
    ]
    for strange in unknown:
        with pytest.raises(LandingError, match="is unknown, expected one of"):
            WantedUsage(**strange)
    assert len(standing(landing, usage)) == 3


def test_a_write_off_holds_once_for_its_run_and_is_taken_back_by_another_action(
    landing: Landing, usage: pa.Table
) -> None:
    wanted, home = WantedUsage(runs=["retail"], older_than_days=30), landing.home
    files = landing.files()
    assert write_off_usage(home, usage, wanted, **WORDS, dry_run=True).num_rows == 1
    assert len(standing(landing, usage)) == 3
    assert write_off_usage(home, usage, wanted, **WORDS).num_rows == 1
    assert write_off_usage(home, usage, wanted, **WORDS).num_rows == 0
    assert standing(landing, usage, "written_off") == [("u1", "retail")]
    assert standing(landing, usage) == [("u1", "transit"), ("u2", "retail")]
    with Ledger(home) as ledger:
        assert not len(find(home, ledger, Wanted(), ("open", "written_off")))
        (action,) = book.actions(ledger)
    assert (action["records"], action["files"], action["usage_events"]) == (0, 0, 1)
    assert action["selection"] == {"older_than_days": 30, "runs": ["retail"], "suspended": True}
    exported = pq.read_table(home.landing / "ledger" / "quarantine_outcomes.parquet").to_pylist()
    assert [(row["usage_id"], row["rating_run"]) for row in exported] == [("u1", "retail")]
    assert reopen(home, 1, reason="found", by="chief") == 1
    assert reopen(home, 1, reason="found", by="chief") == 0
    assert len(standing(landing, usage)) == 3
    assert landing.files() == files


def test_a_write_off_holds_for_the_reason_it_was_given_for(
    landing: Landing, usage: pa.Table
) -> None:
    write_off_usage(landing.home, usage, WantedUsage(refs=["calls.csv:2"]), **WORDS)
    codes = ["no_plan" if code == "no_rate" else code for code in usage["reason_code"].to_pylist()]
    place = usage.column_names.index("reason_code")
    now = usage.set_column(place, "reason_code", pa.array(codes))
    assert ("u2", "retail") not in standing(landing, usage)
    assert ("u2", "retail") in standing(landing, now)


def test_a_ledger_of_an_older_version_gains_the_columns(landing: Landing, usage: pa.Table) -> None:
    with sqlite3.connect(landing.home.ledger) as con:
        for column in ("usage_id", "rating_run"):
            con.execute(f"alter table quarantine_outcomes drop column {column}")
    write_off_usage(landing.home, usage, WantedUsage(runs=["transit"]), **WORDS)
    assert standing(landing, usage, "written_off") == [("u1", "transit")]
    assert len(added_columns("quarantine_outcomes", set())) == 8
