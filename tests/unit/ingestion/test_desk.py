"""The quarantine desk: a retry moves records to their right outcome, and all totals still close."""

from __future__ import annotations

from typing import Any

import pytest
from landing_files import Landing, call, mediation

from ingestion import commit
from ingestion.desk import book, masking
from ingestion.desk.closing import reopen, write_off
from ingestion.desk.items import Wanted, find
from ingestion.desk.retry import RetryReport, retry
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.reasons import LandingError
from orchestration.planning import read_arrivals

PROFILE = """
first_line: '[^,]+,[^,]+,[^,]+,[0-9]+,[^,]*'
columns: [caller, callee, begun, seconds, route]
fields: {a_number: caller, b_number: callee, started_at: begun, duration_s: seconds}
time_format: ['%Y/%m/%d %H:%M:%S']
constants: {}
time_zone: Europe/Madrid
"""
MENDED = PROFILE.replace("'%Y/%m/%d %H:%M:%S'", "'%Y/%m/%d %H:%M:%S', '%d.%m.%Y %H:%M'")
LINES = [
    "999601234567,999611234567,2026/03/02 10:00:00,60,r1",
    "999601234567,999611234567,03.03.2026 23:59,30,r1",
    "999601234567,999611234567,04.03.2026 10:00,30,r1",
    "999601234567,999611234567,never,30,r1",
]


def teach(home: Home, profile: str) -> None:
    path = home.root / "profiles" / "cdr" / "acme.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(profile)


@pytest.fixture
def acme(landing: Landing) -> Landing:
    """Four records of a switch, three of them with times its profile does not know."""
    teach(landing.home, PROFILE)
    landing.one("mediation", "acme.csv", ("\n".join(LINES) + "\n").encode())
    assert landing.reasons("mediation") == ["bad_time"] * 3
    return landing


def again(landing: Landing, dry_run: bool = False, **wanted: object) -> RetryReport:
    return retry(
        landing.home,
        Wanted(**wanted),  # type: ignore[arg-type]
        by="clerk",
        reason="profile mended",
        dry_run=dry_run,
        expectations=False,
    )


def opened(landing: Landing, *statuses: str) -> list[tuple[int | None, str]]:
    with Ledger(landing.home) as ledger:
        found = find(landing.home, ledger, Wanted(), statuses or ("open",))
    rows = [*found.records.to_pylist(), *found.rows_of_files]
    return [(row["record_no"], row["reason_code"]) for row in rows]


def closes(landing: Landing) -> bool:
    """Whether records, seconds and rows of every file tie to the ledger."""
    for row in landing.files():
        file_id = row["file_id"]
        landed = [r for r in landing.rows(f"{row['feed']}/cdrs") if r["file_id"] == file_id]
        assert row["raw_records"] == row["landed_records"] + row["quarantined_records"]
        assert row["landed_records"] == len(landed)
        assert row["landed_duration_ms"] == sum(r["duration_ms"] for r in landed)
    with Ledger(landing.home) as ledger:
        aside = find(landing.home, ledger, Wanted(), ("open", "written_off")).records.num_rows
    assert aside == sum(row["quarantined_records"] for row in landing.files())
    return True


def test_a_retry_after_a_profile_fix_lands_the_records_it_can(acme: Landing) -> None:
    teach(acme.home, MENDED)
    before = acme.rows("mediation/cdrs")
    report = again(acme, reasons=("bad_time",))
    assert dict(report.moves) == {
        ("records", "mediation", "bad_time", "landed", ""): 2,
        ("records", "mediation", "bad_time", "quarantined", "bad_time"): 1,
    }
    assert report.days == {("mediation", "2026-03-03"), ("mediation", "2026-03-04")}
    after = acme.rows("mediation/cdrs")
    assert [row for row in after if row["record_no"] == 1] == before
    assert sorted(row["record_no"] for row in after) == [1, 2, 3]
    assert opened(acme) == [(4, "bad_time")]
    assert opened(acme, "recovered") == [(2, "bad_time"), (3, "bad_time")]
    assert closes(acme)


def test_a_retry_reopens_the_days_of_what_landed_and_no_other(acme: Landing) -> None:
    with Ledger(acme.home) as ledger:
        built = ledger.max_seq()
    teach(acme.home, MENDED)
    again(acme, refs=("acme.csv:3",))
    arrivals = read_arrivals(acme.home, built)
    assert sorted(day.isoformat() for day in arrivals.usage_days) == ["2026-03-04"]
    assert arrivals.max_seq > built
    assert not read_arrivals(acme.home, arrivals.max_seq).usage_days


def test_the_same_retry_again_moves_nothing(acme: Landing) -> None:
    teach(acme.home, MENDED)
    again(acme)
    rows, files = acme.rows("mediation/cdrs"), acme.files()
    report = again(acme)
    assert report.count("records", "landed") == 0
    assert (acme.rows("mediation/cdrs"), acme.files()) == (rows, files)
    assert again(acme, refs=("acme.csv:2",)).moves == {}


def test_a_dry_run_says_the_same_and_writes_nothing(acme: Landing) -> None:
    teach(acme.home, MENDED)
    state = (acme.rows("mediation/cdrs"), acme.files(), opened(acme))
    told = again(acme, dry_run=True)
    assert (acme.rows("mediation/cdrs"), acme.files(), opened(acme)) == state
    assert told.action_id is None
    assert not list(acme.home.staging.iterdir())
    done = again(acme)
    assert (told.moves, told.days) == (done.moves, done.days)


def test_a_record_that_changes_its_reason_stays_with_the_new_one(landing: Landing) -> None:
    lines = [LINES[0], "999601234567,,never,30,999611234567"]
    teach(landing.home, PROFILE)
    landing.one("mediation", "acme.csv", ("\n".join(lines) + "\n").encode())
    teach(landing.home, PROFILE.replace("b_number: callee", "b_number: route"))
    assert dict(again(landing).moves) == {
        ("records", "mediation", "missing", "quarantined", "bad_time"): 1
    }
    assert opened(landing) == [(2, "bad_time")]
    assert closes(landing)


def test_a_file_that_would_be_refused_today_keeps_its_records_aside(acme: Landing) -> None:
    teach(acme.home, PROFILE.replace("[^,]*'", "never'"))
    report = again(acme)
    assert (report.count("records", "quarantined"), report.count("records", "landed")) == (3, 0)
    with Ledger(acme.home) as ledger:
        row = find(acme.home, ledger, Wanted()).records.to_pylist()[0]
    assert row["detail"].startswith("the whole file would be refused as unknown_format")
    assert closes(acme)


def test_a_refused_file_lands_again_after_its_profile_came(landing: Landing) -> None:
    landing.one("mediation", "acme.csv", (LINES[0] + "\n").encode())
    assert opened(landing) == [(None, "unknown_format")]
    teach(landing.home, PROFILE)
    report = again(landing)
    assert dict(report.moves) == {("files", "mediation", "unknown_format", "landed", ""): 1}
    assert [row["state"] for row in landing.files()] == ["landed"]
    assert opened(landing) == []
    assert closes(landing)
    assert again(landing).moves == {}


def test_a_refused_file_that_is_still_bad_stays_and_is_counted(landing: Landing) -> None:
    landing.one("mediation", "cut.csv", mediation(call()).rsplit(b"#end", 1)[0])
    assert again(landing, reasons=("truncated",)).count("files", "refused") == 1
    assert opened(landing) == [(None, "truncated")]
    landing.one("mediation", "whole.csv", mediation(call()))
    assert again(landing, feeds=("tmf",)).moves == {}


def test_an_old_table_never_comes_back_over_a_newer_one(landing: Landing) -> None:
    heading = "calendar_id,date,name\n"
    landing.one("reference", "holidays.csv", (heading + "A,never,x\n").encode())
    landing.one("reference", "holidays.csv", (heading + "A,2026-01-01,New Year\n").encode())
    states = [row["state"] for row in landing.files()]
    assert states == ["refused", "landed"], landing.files()
    assert again(landing).count("files", "refused") == 1
    assert len(landing.rows("reference/holidays")) == 1


def test_a_write_off_needs_a_reason_and_a_name_and_is_taken_back_by_another_action(
    acme: Landing,
) -> None:
    wanted = Wanted(refs=("acme.csv:4",))
    for reason, by in (("", "clerk"), ("lost", " ")):
        with pytest.raises(LandingError, match="why and who"):
            write_off(acme.home, wanted, reason=reason, by=by)
    with pytest.raises(LandingError, match="names what it means"):
        write_off(acme.home, Wanted(), reason="lost", by="clerk")
    assert len(write_off(acme.home, wanted, reason="lost", by="clerk")) == 1
    assert len(write_off(acme.home, wanted, reason="lost", by="clerk")) == 0
    assert opened(acme, "written_off") == [(4, "bad_time")]
    assert closes(acme)
    teach(acme.home, PROFILE.replace("'%Y/%m/%d %H:%M:%S'", "'never'"))
    assert (4, "bad_time") not in opened(acme)
    assert reopen(acme.home, 1, reason="found", by="chief") == 1
    assert reopen(acme.home, 1, reason="found", by="chief") == 0
    assert (4, "bad_time") in opened(acme)
    with Ledger(acme.home) as ledger:
        listed = book.actions(ledger)
    assert [(row["kind"], row["acted_by"], row["undone_by"]) for row in listed] == [
        ("write_off", "clerk", 2),
        ("reopen", "chief", None),
    ]


@pytest.mark.parametrize(
    ("ref", "words"), [("nothing.csv", "no file fits"), ("acme.csv:x", "is no reference")]
)
def test_a_reference_that_fits_nothing_is_refused(acme: Landing, ref: str, words: str) -> None:
    with pytest.raises(LandingError, match=words):
        again(acme, refs=(ref,))


def test_a_reference_may_be_the_start_of_an_id(acme: Landing) -> None:
    file_id = acme.files()[0]["file_id"]
    assert sum(again(acme, True, refs=(f"{file_id[:8]}:2",)).moves.values()) == 1


@pytest.mark.parametrize("values", [{"feeds": ("nope",)}, {"reasons": ("nope",)}])
def test_codes_outside_the_closed_lists_are_refused(values: dict[str, Any]) -> None:
    with pytest.raises(LandingError, match="is unknown, expected one of"):
        Wanted(**values)


class KilledError(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    ("owner", "step", "is_done"),
    [(commit, "sync_path", False), (commit, "rename_outputs", True),
     (Ledger, "mark_renamed", True)],
)  # fmt: skip
def test_a_killed_retry_is_whole_or_absent(
    acme: Landing, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, is_done: bool
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KilledError

    teach(acme.home, MENDED)
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, killed)
        with pytest.raises(KilledError):
            again(acme)
    assert {number for number, _ in opened(acme)} == ({4} if is_done else {2, 3, 4})
    again(acme)
    assert opened(acme) == [(4, "bad_time")]
    assert closes(acme)


def test_raw_text_is_shown_without_identifiers() -> None:
    key = b"0" * 16
    shown = masking.masked(key, "mediation", call(cell_id="C001"))
    assert "2026-03-02T10:00:00+01:00" in shown
    assert "C001" in shown
    for secret in ("999601234567", "999611234567", "999700000000001", "35123456789012"):
        assert secret not in shown
    assert "k1." in shown
    for feed, text, secret in (
        ("switch_asterisk", '"""Ana Diaz"" <999601234567>",x', "Ana Diaz"),
        ("switch_opensips", "INVITE|a|b|sip:ana.diaz@example.org|200", "ana.diaz"),
        ("tmf", '{"id": "P1", "givenName": "Ana", "status": "active"}', "Ana"),
        ("tmf", '{"givenName": "Ana", broken', "Ana"),
        ("tap_in", 'byte 219: {"imsi":"999700000012345"}', "999700000012345"),
    ):
        assert secret not in masking.masked(key, feed, text)
    assert '"status": "active"' in masking.masked(key, "tmf", '{"status": "active"}')
