"""Asterisk CSV: both column orders, local times, several rows of one call (AS-1 to AS-7)."""

from __future__ import annotations

import dataclasses

import pytest
from landing_files import Landing
from switch_lines import ASTERISK_CUSTOM, asterisk_csv, csv_line, file_of

from ingestion.readers import asterisk

FEED = "switch_asterisk"
TIMES = "record_no, started_at, ended_at, duration_s, ring_s, call_outcome, release_cause"


def custom(**changes: str) -> str:
    return csv_line(ASTERISK_CUSTOM, **changes)


# AS-1
@pytest.mark.parametrize("line", [custom(), asterisk_csv()], ids=["cdr_custom", "cdr_csv"])
def test_both_orders_of_columns_give_the_same_call(landing: Landing, line: str) -> None:
    landing.one(FEED, "Master.csv", file_of(line))
    (row,) = landing.rows("switch_asterisk/cdrs", f"{TIMES}, a_prefix, b_prefix")
    assert (row["a_prefix"], row["b_prefix"]) == ("99960123", "99961123")
    assert (row["duration_s"], row["ring_s"], row["release_cause"]) == (60, 5, 16)
    assert str(row["started_at"]) == "2026-03-02 09:00:05"


# AS-1
def test_a_layout_without_a_disposition_in_its_place_is_refused(landing: Landing) -> None:
    fields = custom(disposition="DOCUMENTATION", amaflags="ANSWERED")
    report = landing.one(FEED, "Master.csv", file_of(fields))
    assert report.files[0].reason.startswith("schema")


# AS-2
def test_an_empty_answer_is_no_answer_and_rings_until_the_end(landing: Landing) -> None:
    line = custom(answer="", billsec="0", disposition="NO ANSWER")
    landing.one(FEED, "Master.csv", file_of(line))
    (row,) = landing.rows("switch_asterisk/cdrs", TIMES)
    assert (row["duration_s"], row["ring_s"], row["call_outcome"]) == (0, 65, "no_answer")


# AS-3
def test_a_caller_without_a_name_keeps_the_columns_in_place(landing: Landing) -> None:
    landing.one(FEED, "Master.csv", file_of(custom(clid='""""" <+999601234567>"')))
    assert landing.rows("switch_asterisk/cdrs", "duration_s") == [{"duration_s": 60}]


# AS-4
def test_the_epoch_in_uniqueid_tells_the_offset(landing: Landing) -> None:
    """10:00 local and 07:00 UTC: three hours east, whatever zone the operator lives in."""
    landing.one(FEED, "Master.csv", file_of(custom(uniqueid="1772434800.1")))
    (row,) = landing.rows("switch_asterisk/cdrs", TIMES)
    assert str(row["started_at"]) == "2026-03-02 07:00:05"


def test_an_epoch_that_contradicts_the_zone_of_the_profile_is_a_finding(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = dataclasses.replace(asterisk.load_profile("asterisk"), time_zone="Europe/Madrid")
    monkeypatch.setattr(asterisk, "load_profile", lambda _name: profile)
    lines = [custom(), custom(uniqueid="1772434800.2", dstchannel="PJSIP/c")]
    landing.one(FEED, "Master.csv", file_of(*lines))
    assert "1 epochs in uniqueid tell another offset" in landing.files()[0]["findings"]
    assert len(landing.rows("switch_asterisk/cdrs")) == 2


# AS-5
@pytest.mark.parametrize(("duration", "landed"), [("64", 1), ("63", 0)])
def test_an_interval_may_be_a_second_off(landing: Landing, duration: str, landed: int) -> None:
    billed = str(int(duration) - 5)
    landing.one(FEED, "Master.csv", file_of(custom(duration=duration, billsec=billed)))
    assert len(landing.rows("switch_asterisk/cdrs")) == landed
    assert landing.reasons(FEED) == ["bad_interval"] * (1 - landed)


# AS-6
def test_rows_of_one_call_are_kept_and_share_its_identity(landing: Landing) -> None:
    """Two phones ring together; linkedid, where logged, holds further channels together."""
    rang = {"answer": "", "billsec": "0", "disposition": "NO ANSWER", "duration": "65"}
    lines = [
        custom(sequence="1", **rang) + ",1772442000.1",
        custom(sequence="2", dstchannel="PJSIP/c-1") + ",1772442000.1",
        custom(sequence="3", uniqueid="1772442000.7") + ",1772442000.1",
        custom(sequence="4", uniqueid="1772442000.9") + ",",
    ]
    landing.one(FEED, "Master.csv", file_of(*lines))
    rows = landing.rows("switch_asterisk/cdrs", "usage_id, call_ref, call_part")
    assert len({row["usage_id"] for row in rows}) == 4
    assert sorted(row["call_ref"] for row in rows) == ["1772442000.1"] * 3 + ["1772442000.9"]
    assert {row["call_part"] for row in rows} == {"call"}


def test_phones_that_ring_together_are_no_contradiction(landing: Landing) -> None:
    lines = [asterisk_csv() + ",1772442000.1", asterisk_csv(dstchannel="PJSIP/c") + ",1772442000.1"]
    landing.one(FEED, "Master.csv", file_of(*lines))
    rows = landing.rows("switch_asterisk/cdrs", "usage_id, call_ref")
    assert len({row["usage_id"] for row in rows}) == 2
    assert len({row["call_ref"] for row in rows}) == 1


# AS-7
def test_a_strange_disposition_is_a_bad_code(landing: Landing) -> None:
    landing.one(FEED, "Master.csv", file_of(custom(), custom(disposition="MAYBE", sequence="2")))
    assert landing.reasons(FEED) == ["bad_code"]
