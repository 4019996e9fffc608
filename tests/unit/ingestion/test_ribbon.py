"""Ribbon SBC accounting: fixed places by record type, zone in the record (RB-1 to RB-5)."""

from __future__ import annotations

import json

from landing_files import Landing
from switch_lines import file_of, ribbon

FEED = "switch_ribbon"
FOLDER = "switch_ribbon/cdrs"
TIMES = "call_part, started_at, ended_at, duration_ms, ring_s, call_outcome, release_cause"

STOP = ribbon(
    "STOP", 223, f9="200", f10="700", f11="03/02/2026", f12="10:01:07.7", f14="6020", f15="16",
    f20="+999601234567", f21="+999611234567",
)  # fmt: skip
START = ribbon("START", 172, f9="200", f10="700", f15="+999601234567", f16="+999611234567")
ATTEMPT = ribbon(
    "ATTEMPT", 186, f3="0x0002", f9="200", f10="10:00:20.5", f12="17", f17="+999601234567",
    f18="+999611234567",
)  # fmt: skip


# RB-3
def test_stop_alone_is_a_whole_call_in_ticks_of_10_ms(landing: Landing) -> None:
    landing.one(FEED, "a.ACT", file_of(STOP))
    (row,) = landing.rows(FOLDER, TIMES)
    assert (row["call_part"], row["duration_ms"], row["ring_s"]) == ("call", 60_200, 5)
    assert str(row["started_at"]) == "2026-03-02 18:00:07.500000"
    assert str(row["ended_at"]) == "2026-03-02 18:01:07.700000"
    assert (row["call_outcome"], row["release_cause"]) == ("answered", 16)


# RB-3
def test_start_and_stop_name_one_call_of_one_gateway(landing: Landing) -> None:
    landing.drop(FEED, "a.ACT", file_of("Sonus Networks, Inc.00000000FF", START))
    landing.drop(FEED, "b.ACT", file_of(STOP))
    landing()
    rows = landing.rows(FOLDER, "call_part, call_ref, node_id, usage_id, started_at")
    assert {(row["call_ref"], row["node_id"]) for row in rows} == {("0x0001", "SBC1")}
    assert sorted(row["call_part"] for row in rows) == ["call", "start"]
    assert len({row["usage_id"] for row in rows}) == 2
    assert len({row["started_at"] for row in rows}) == 1


# RB-1
def test_a_quoted_field_holds_a_whole_sip_string(landing: Landing) -> None:
    sip = '"sip:a@h;x=1,sip:b@h,""c"" <sip:c@h>"'
    landing.one(FEED, "a.ACT", file_of(STOP.rsplit(",", 1)[0] + "," + sip))
    assert len(landing.rows(FOLDER)) == 1


# RB-2
def test_the_offset_is_read_and_the_zone_kept(landing: Landing) -> None:
    line = STOP.replace("GMT-08:00-Pacific(US)", "GMT+05:30-Calcutta")
    landing.one(FEED, "a.ACT", file_of(line, STOP.replace("GMT-08:00-Pacific(US)", "Mars")))
    (row,) = landing.rows(FOLDER, "started_at, extra")
    assert str(row["started_at"]) == "2026-03-02 04:30:07.500000"
    assert json.loads(row["extra"])["zone"] == "GMT+05:30-Calcutta"
    assert landing.reasons(FEED) == ["bad_time"]


# RB-4
def test_an_attempt_is_an_unanswered_call_with_its_cause(landing: Landing) -> None:
    late = ATTEMPT.replace("10:00:00.5", "23:59:50.0").replace("10:00:20.5", "00:00:05.0")
    landing.one(FEED, "a.ACT", file_of(ATTEMPT, late.replace("0x0002", "0x0003")))
    rows = landing.rows(FOLDER, TIMES)
    assert [(row["duration_ms"], row["ring_s"], row["call_outcome"]) for row in rows] == [
        (0, 20, "busy"), (0, 15, "busy"),
    ]  # fmt: skip
    assert {row["release_cause"] for row in rows} == {17}


# RB-5
def test_fields_of_another_release_are_a_field_count(landing: Landing) -> None:
    landing.one(FEED, "a.ACT", file_of(STOP, STOP + ",", ribbon("INTERMEDIATE", 90)))
    assert len(landing.rows(FOLDER)) == 1
    assert sorted(landing.reasons(FEED)) == ["field_count", "unknown_type"]
