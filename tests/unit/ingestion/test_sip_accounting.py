"""OpenSIPS and Kamailio rows: halves of calls in two forms (OS-1 to OS-6); models pair them."""

from __future__ import annotations

import json

from landing_files import Landing
from switch_lines import file_of

FEED = "switch_opensips"
FOLDER = "switch_opensips/cdrs"
PARTIES = "*prepaid|+999601234567|+999611234567|carrier1|7:1"


def row(
    method: str, at: str, *, code: str = "200", tags: str = "t1|t2", extra: str = "||||7:1"
) -> str:
    return f"{method}|{tags}|call-1@host|{code}|OK|{at}|{extra}"


# OS-1
def test_halves_land_with_one_identity_and_no_duration(landing: Landing) -> None:
    """The called party hangs up: the tags change places. The end names no numbers."""
    landing.one(FEED, "acc.log", file_of(
        row("INVITE", "1772442000", extra=PARTIES), row("BYE", "1772442004", tags="t2|t1"),
    ))  # fmt: skip
    start, end = landing.rows(FOLDER, "record_no, call_part, call_ref, duration_s, b_prefix, "
                                      "trunk_out, started_at, usage_id")  # fmt: skip
    assert (start["call_part"], end["call_part"]) == ("start", "end")
    assert start["call_ref"] == end["call_ref"]
    assert (start["duration_s"], end["duration_s"]) == (0, 0)
    assert (start["b_prefix"], end["b_prefix"], start["trunk_out"]) == (
        "99961123",
        None,
        "carrier1",
    )
    assert str(start["started_at"]) == "2026-03-02 09:00:00"
    assert start["usage_id"] != end["usage_id"]


def test_only_a_file_with_a_call_in_part_says_that_others_tell_the_rest(landing: Landing) -> None:
    whole = row("INVITE", "1772442000", extra=PARTIES), row("BYE", "1772442004", tags="t2|t1")
    landing.one(FEED, "whole.log", file_of(*whole, row("INVITE", "1772442000", code="486",
                                                       tags="t3|", extra=PARTIES)))  # fmt: skip
    landing.one(FEED, "part.log", file_of(row("BYE", "1772442004", tags="t8|t9")))
    notes = {file["file_name"]: json.loads(file["findings"]) for file in landing.files()}
    assert notes == {
        "whole.log": [],
        "part.log": [{"code": "open_event", "detail": "1 calls begin or end in other files"}],
    }


def test_a_name_may_say_which_proxy_closed_the_file_and_when(landing: Landing) -> None:
    """A call of the third of March is in no file that was closed on the first."""
    for name, at in (("acc_1_20260302T230100Z.log", "1772442000"),
                     ("acc_2_20260301T230100Z.log", "1772542000")):  # fmt: skip
        landing.one(FEED, name, file_of(row("BYE", at)))
    landing.one(FEED, "acc_20261340T230100Z.log", file_of(row("BYE", "1772442009")))
    closed = {file["file_name"]: str(file["created_at"]) for file in landing.files()}
    assert closed == {
        "acc_1_20260302T230100Z.log": "2026-03-02 23:01:00",
        "acc_2_20260301T230100Z.log": "2026-03-01 23:01:00",
        "acc_20261340T230100Z.log": "None",
    }
    assert landing.reasons(FEED) == ["bad_time"]
    landing.one(FEED, "acc_20260304T230100Z.log", file_of(row("BYE", "1772442010")))
    nodes = {file["file_name"]: file["node_id"] for file in landing.files()}
    assert nodes == {
        "acc_1_20260302T230100Z.log": "1",
        "acc_2_20260301T230100Z.log": "2",
        "acc_20261340T230100Z.log": "opensips",
        "acc_20260304T230100Z.log": "opensips",
    }


# OS-3
def test_a_refused_invite_is_one_whole_missed_call(landing: Landing) -> None:
    codes = {"487": (487, "no_answer"), "404": (1, "failed"), "486": (17, "busy")}
    landing.one(FEED, "acc.log", file_of(*(
        row("INVITE", "1772442000", code=code, tags=f"t{code}|", extra=PARTIES) for code in codes
    )))  # fmt: skip
    rows = landing.rows(FOLDER, "release_cause, call_outcome, call_part, duration_s, extra")
    found = {
        json.loads(item["extra"])["sip_code"]: (item["release_cause"], item["call_outcome"])
        for item in rows
    }
    assert found == codes
    assert {(item["call_part"], item["duration_s"]) for item in rows} == {(None, 0)}


# OS-4
def test_an_invite_without_time_takes_that_of_its_ack(landing: Landing) -> None:
    landing.one(FEED, "acc.log", file_of(
        row("INVITE", "", extra=PARTIES), row("ACK", "1772442001", extra=PARTIES),
        row("BYE", "1772442005"), row("INVITE", "", tags="x|y", extra=PARTIES),
    ))  # fmt: skip
    rows = landing.rows(FOLDER, "record_no, call_part, started_at")
    assert [(item["call_part"], str(item["started_at"])[-8:]) for item in rows] == [
        ("start", "09:00:01"), ("answer", "09:00:01"), ("end", "09:00:05"),
    ]  # fmt: skip
    assert landing.reasons(FEED) == ["missing"]


# OS-5
def test_a_stray_quote_is_data(landing: Landing) -> None:
    landing.one(FEED, "acc.log", file_of(row("BYE", "1772442005", extra='||||7:1|flatstore"1.0')))
    (found,) = landing.rows(FOLDER, "extra")
    assert json.loads(found["extra"])["rest"] == 'flatstore"1.0'


def test_another_method_is_an_unknown_type_and_a_short_line_a_field_count(
    landing: Landing,
) -> None:
    landing.one(FEED, "acc.log", file_of(
        row("BYE", "1772442005"), row("REFER", "1772442005", extra=PARTIES), "BYE|t1|t2|call",
    ))  # fmt: skip
    assert sorted(landing.reasons(FEED)) == ["field_count", "unknown_type"]


def test_an_export_of_the_table_acc_says_what_flatstore_says(landing: Landing) -> None:
    heading = "id,method,from_tag,to_tag,callid,sip_code,sip_reason,time,caller,callee"
    lines = [
        '"1","INVITE","t1","t2","call-1@host","200","OK","2026-03-02 10:00:00","+999601234567",'
        '"+999611234567"',
        '"2","BYE","t1","t2","call-1@host","200","OK","2026-03-02 10:00:04","",""',
    ]
    landing.drop(FEED, "acc.csv", file_of(heading, *lines))
    landing.drop(FEED, "acc2.csv", file_of(*lines[:1]).replace(b"call-1", b"call-2"))
    landing.drop(FEED, "flat.log", file_of(row("BYE", "1772442004", tags="t3|t4")))
    landing()
    rows = landing.rows(FOLDER, "call_part, started_at, call_ref")
    assert len(rows) == 4
    acc = [item for item in rows if item["call_ref"] == "call-1@host|t1|t2"]
    assert [(item["call_part"], str(item["started_at"])) for item in acc] == [
        ("end", "2026-03-02 09:00:04"), ("start", "2026-03-02 09:00:00"),
    ]  # fmt: skip
