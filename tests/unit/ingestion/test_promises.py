"""What the landing promises: a kill loses nothing, order changes nothing, people stay tokens."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import roaming_files
from landing_files import Landing, call, mediation

from ingestion import commit
from ingestion import landing as landing_module
from ingestion.expectations.guard import Guard
from ingestion.expectations.worker import shared_worker
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.lock import landing_lock
from ingestion.pseudonyms import load_key, token
from ingestion.readers import staging
from ingestion.reasons import LandingError
from ingestion.unfinished import owes_landing


class KilledError(Exception):
    """Stands for the end of the process."""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def named_by(text: str) -> str:
    digest = hashlib.md5(text.encode(), usedforsecurity=False)
    return str(UUID(digest.hexdigest()))


def test_a_kill_between_commit_and_rename_is_rolled_forward(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.drop("mediation", "1.csv", mediation(call()))
    with monkeypatch.context() as patch:
        patch.setattr(commit, "rename_outputs", _killed)
        with pytest.raises(KilledError):
            landing()
    assert not list(landing.home.landing.rglob("usage_date=2026*"))
    landing()
    assert len(landing.rows("mediation/cdrs")) == 1
    assert [row["state"] for row in landing.files()] == ["landed"]


def test_a_kill_before_the_commit_leaves_the_file_to_the_next_run(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.drop("mediation", "1.csv", mediation(call()))
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "register", _killed)
        with pytest.raises(KilledError):
            landing()
    assert landing().records == 1
    assert len(landing.rows("mediation/cdrs")) == 1


def test_a_kill_before_the_export_is_made_good_by_a_landing_of_nothing(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.one("mediation", "1.csv", mediation(call()))
    assert not owes_landing(landing.home)
    landing.drop("mediation", "2.csv", mediation(call(charging_ref="2"), sequence=2))
    with monkeypatch.context() as patch:
        patch.setattr(landing_module, "export_ledger", _killed)
        with pytest.raises(KilledError):
            landing()
    assert len(landing.files()) == 1
    assert owes_landing(landing.home)
    landing()
    assert len(landing.files()) == 2
    assert not owes_landing(landing.home)


def _killed(*_: Any, **__: Any) -> None:
    raise KilledError


def test_arrival_order_changes_no_landed_row(tmp_path: Path) -> None:
    files = {
        f"{n}.csv": mediation(call(charging_ref=f"c{n}"), call(imsi="1"), sequence=n)
        for n in range(1, 5)
    }
    key = tmp_path / "key"
    rows = []
    for order in (list(files), list(reversed(files))):
        one = Landing(Home(tmp_path / order[0]))
        one.home.root.mkdir()
        if key.exists():
            one.home.key.write_text(key.read_text())
            one.home.key.chmod(0o600)
        for name in order:
            one.one("mediation", name, files[name])
        key.write_text(one.home.key.read_text())
        bad = one.rows("quarantine/mediation", "* exclude (first_seen_at, landed_month)")
        rows.append((one.rows("mediation/cdrs"), bad))
    assert rows[0] == rows[1]
    assert len(rows[0][0]) == 4


def test_a_usage_id_is_what_names_the_record_in_whatever_way_it_landed(landing: Landing) -> None:
    roaming_files.profile(landing, 'visited_plmn: "23415"\n')
    line = call()
    landing.one("mediation", "1.csv", mediation(line))
    landing.one("tap_in", "1", roaming_files.tap(roaming_files.call(), roaming_files.gprs()))
    named = "node_id, record_type, charging_ref, a_token, started_at, record_sequence_no"
    rows = [
        row
        for feed in ("mediation", "tap_in")
        for row in landing.rows(f"{feed}/cdrs", f"usage_id, content_hash, {named}")
    ]
    assert len(rows) == 3
    for row in rows:
        key = "|".join(str("" if row[name] is None else row[name]) for name in named.split(", "))
        assert row["usage_id"] == named_by(key)
    assert rows[0]["content_hash"] == named_by(line)


def test_no_identifier_lands_in_clear(landing: Landing) -> None:
    line = call(c_number="999601112223")
    landing.one("mediation", "1.csv", mediation(line))
    for path in (landing.home.landing / "mediation").rglob("*.parquet"):
        assert not re.search(rb"999601234567|999611234567|999700000000001|999601112223",
                             path.read_bytes())  # fmt: skip
    row = landing.rows("mediation/cdrs")[0]
    shape = re.compile(r"k1\.[a-z2-7]{24}")
    for name in ("a_token", "b_token", "c_token", "imsi_token", "device_token"):
        assert shape.fullmatch(row[name]), name
    vault = landing.vault()
    assert vault[row["a_token"]] == ("msisdn", "999601234567")
    assert vault[row["imsi_token"]] == ("imsi", "999700000000001")
    assert len(vault) == 5


def test_what_holds_identifiers_is_for_the_owner_only(landing: Landing) -> None:
    landing.one("mediation", "1.csv", mediation(call(), call(imsi="1")))
    home = landing.home
    quarantined = list((home.landing / "quarantine").rglob("*-0*.parquet"))
    assert quarantined
    for path in (home.key, *home.vault.iterdir(), *home.raw.iterdir(), *quarantined):
        assert mode(path) == 0o600, path.name
    assert mode(home.raw) == mode(home.vault) == 0o700


def test_a_key_others_may_read_is_refused(home: Home) -> None:
    load_key(home)
    home.key.chmod(0o644)
    with pytest.raises(LandingError, match="chmod 600"):
        load_key(home)


def test_the_key_may_come_from_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUNKLINE_PSEUDONYM_KEY", "ab" * 32)
    assert load_key(home) == bytes.fromhex("ab" * 32)
    assert not home.key.exists()
    monkeypatch.setenv("TRUNKLINE_PSEUDONYM_KEY", "abc")
    with pytest.raises(LandingError):
        load_key(home)


def test_tokens_differ_by_key_and_kind() -> None:
    assert token(b"a" * 32, "msisdn", "1") != token(b"b" * 32, "msisdn", "1")
    assert token(b"a" * 32, "msisdn", "1") != token(b"a" * 32, "imsi", "1")


def test_a_second_landing_is_told_who_holds_the_first(landing: Landing) -> None:
    with landing_lock(landing.home), pytest.raises(LandingError, match=r"process \d+"):
        landing()


def test_a_new_seq_names_its_days(landing: Landing) -> None:
    landing.one("mediation", "1.csv", mediation(call()))
    with Ledger(landing.home) as ledger:
        before = ledger.max_seq()
        assert [str(d) for d in ledger.days_since(0)["mediation"]] == ["2026-03-02"]
        assert ledger.days_since(before) == {}
    report = landing.one("mediation", "2.csv", mediation(call(charging_ref="2"), sequence=2))
    assert [str(day) for day in report.days["mediation"]] == ["2026-03-02"]


def test_a_reader_that_fails_refuses_only_its_file(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingestion.readers import dispatch
    from ingestion.readers import mediation as reader

    def fragile(job: Any) -> Any:
        if any(item.name == "2.csv" for item in job.files):
            raise RuntimeError("boom")
        return reader.read(job)

    monkeypatch.setitem(dispatch.READERS, "mediation", fragile)
    for n in (1, 2, 3):
        landing.drop("mediation", f"{n}.csv", mediation(call(charging_ref=str(n)), sequence=n))
    report = landing()
    assert {f.name: f.state for f in report.files} == {
        "1.csv": "landed", "2.csv": "refused", "3.csv": "landed",
    }  # fmt: skip


def test_the_suites_judge_a_batch_and_leave_a_page(landing: Landing) -> None:
    landing.drop("mediation", "1.csv", mediation(call(), call(charging_ref="c2")))
    report = landing_module.land(landing.home)
    assert report.records == 2
    assert report.expectations_evaluated >= 10
    assert report.expectations_failed == 0
    assert (landing.home.data_docs / "index.html").exists()


def test_a_file_of_many_days_is_written_a_few_days_at_a_time(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "_PARTITIONS_AT_ONCE", 2)
    days = [f"2026-03-0{day}" for day in (1, 2, 3, 4, 5)]
    lines = [
        call(started_at=f"{day}T10:00:00+01:00", ended_at=f"{day}T10:01:00+01:00") for day in days
    ]
    landing.one("mediation", "1.csv", mediation(*lines, *lines[:1], created="2026-03-06T00:00:00Z"))
    landed = sorted(str(row["usage_date"]) for row in landing.rows("mediation/cdrs"))
    assert landed == [days[0], *days]
    parts = landing.home.landing.glob("mediation/cdrs/usage_date=2026-*/*.parquet")
    assert sorted(path.parent.name[-10:] for path in parts) == days


def test_a_critical_expectation_refuses_the_files_of_the_batch(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judge(_self: Guard, _folder: str, batch: Any) -> Any:
        return [("cdr", batch.feed, batch.batch_id, "2026-01-01 00:00:00", "expect_x", "a_token",
                 "critical", 0, "", "{}")]  # fmt: skip

    monkeypatch.setattr(Guard, "_judge", judge)
    landing.drop("mediation", "1.csv", mediation(call()))
    report = landing_module.land(landing.home)
    assert report.files[0].reason.startswith("schema: the batch fails expect_x(a_token)")
    assert landing.rows("mediation/cdrs") == []
    checks = landing.home.landing / "ledger" / "expectations.parquet"
    assert checks.exists()


def test_the_judging_process_ends_with_the_one_that_asks() -> None:
    asking = (
        "from ingestion.expectations.worker import Worker; import os, signal; worker = Worker(); "
        "print(worker.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    judge = Path(f"/proc/{int(done.stdout)}")
    for _ in range(200):
        if not judge.exists() or "zombie" in (judge / "status").read_text():
            break
        time.sleep(0.1)
    else:
        pytest.fail("the judging process lives on")


def test_a_judging_process_that_dies_is_said_and_replaced() -> None:
    first = shared_worker()
    os.kill(first.pid, signal.SIGKILL)
    with pytest.raises(LandingError, match="ended before it answered"):
        first.ask("write_docs", "no run")
    assert shared_worker().ask("write_docs", "no run") is None
