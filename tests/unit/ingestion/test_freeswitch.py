"""FreeSWITCH CSV, JSON and XML: one leg per record, epochs, odd encodings (FS-1 to FS-7)."""

from __future__ import annotations

import json

import pytest
from landing_files import Landing
from switch_lines import FREESWITCH, csv_line, file_of

from ingestion.readers.freeswitch_documents import rows_of
from ingestion.readers.freeswitch_rows import values_of

FEED = "switch_freeswitch"
FOLDER = "switch_freeswitch/cdrs"
A_LEG, B_LEG = "5a3a1d91-90d3-4db4-af5c-cc3ae15d93a4", "9c1afb4f-1d4a-4e45-84a3-d25721981bf5"
VARIABLES = {
    "uuid": A_LEG, "call_uuid": A_LEG, "hangup_cause": "NORMAL_CLEARING", "billsec": "60",
    "duration": "65", "waitsec": "5", "start_epoch": "1772442000",
    "start_uepoch": "1772442000250000", "answer_epoch": "1772442005",
    "answer_uepoch": "1772442005250000", "end_epoch": "1772442065",
    "end_uepoch": "1772442065250000",
}  # fmt: skip


def flow(index: int, number: str) -> dict[str, object]:
    """One pass through the dialplan."""
    profile = {"caller_id_number": "+999601234567", "destination_number": number}
    return {"profile_index": str(index), "caller_profile": profile}


def document(**changes: str) -> bytes:
    variables = VARIABLES | changes
    flows = [flow(2, "+999611234567"), flow(1, "7000")]
    return json.dumps({"core-uuid": "c", "variables": variables, "callflow": flows}).encode()


def xml(variables: str, more: str = "") -> bytes:
    numbers = (
        "<caller_profile><caller_id_number>+999601234567</caller_id_number>"
        "<destination_number>+999611234567</destination_number></caller_profile>"
    )
    return (
        f'<?xml version="1.0"?>{more}<cdr core-uuid="c"><variables>{variables}</variables>'
        f'<callflow profile_index="1">{numbers}</callflow></cdr>'
    ).encode()


# FS-1
def test_values_of_xml_are_url_encoded_and_may_carry_white_space(landing: Landing) -> None:
    texts = VARIABLES | {"sip_hangup_disposition": "send%20bye%3Anow%40once\n\t"}
    body = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items())
    landing.one(FEED, "a.xml", xml(body))
    (row,) = landing.rows(FOLDER, "duration_s, ring_s, b_prefix, extra, started_at")
    assert (row["duration_s"], row["ring_s"], row["b_prefix"]) == (60, 5, "99961123")
    assert json.loads(row["extra"]) == {"sip_hangup_disposition": "send bye:now@once"}
    assert str(row["started_at"]) == "2026-03-02 09:00:05.250000"


def test_a_document_with_a_dtd_is_refused(landing: Landing) -> None:
    hostile = '<!DOCTYPE cdr [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    report = landing.one(FEED, "a.xml", xml("<uuid>&x;</uuid>", hostile))
    assert report.files[0].reason.startswith("limit")


def test_json_that_nests_too_deep_is_refused(landing: Landing) -> None:
    report = landing.one(FEED, "a.json", b'{"core-uuid":' + b"[" * 100 + b"]" * 100 + b"}")
    assert report.files[0].reason.startswith("limit")


# FS-2
def test_both_legs_of_a_call_share_its_identity_and_only_one_is_the_callers(
    landing: Landing,
) -> None:
    landing.drop(FEED, "a.json", document())
    landing.drop(FEED, "b.json", document(uuid=B_LEG))
    landing.drop(FEED, "c.csv", file_of(
        csv_line(FREESWITCH, bleg_uuid=B_LEG), csv_line(FREESWITCH, uuid=B_LEG)))  # fmt: skip
    landing()
    rows = landing.rows(FOLDER, "charging_ref, call_ref, call_part, node_id")
    found = sorted((row["charging_ref"], row["call_ref"], row["call_part"]) for row in rows)
    assert found == [
        (A_LEG, A_LEG, "call"),
        (B_LEG, A_LEG, "leg"),
        (B_LEG, B_LEG, "call"),
        (FREESWITCH["uuid"], B_LEG, "call"),
    ]


# FS-3
@pytest.mark.parametrize(
    ("changes", "started", "duration"),
    [
        ({}, "2026-03-02 09:00:05.250000", 60),
        ({"answer_uepoch": "", "end_uepoch": ""}, "2026-03-02 09:00:05", 60),
        ({"answer_uepoch": "0", "answer_epoch": "0"}, "2026-03-02 09:00:00.250000", 0),
    ],
    ids=["microseconds", "seconds", "0 did not happen"],
)
def test_epochs_come_in_seconds_and_microseconds(
    landing: Landing, changes: dict[str, str], started: str, duration: int
) -> None:
    landing.one(FEED, "a.json", document(**changes))
    (row,) = landing.rows(FOLDER, "started_at, duration_s, call_outcome")
    assert (str(row["started_at"]), row["duration_s"]) == (started, duration)
    assert row["call_outcome"] == ("answered" if duration else "no_answer")


# FS-4
def test_a_repeated_callflow_key_gives_what_an_array_gives() -> None:
    array = document()
    flows = json.loads(array)["callflow"]
    listed = f'"callflow": {json.dumps(flows)}'.encode()
    assert listed in array
    repeated = array.replace(
        listed, ", ".join(f'"callflow": {json.dumps(item)}' for item in flows).encode()
    )
    rows = [next(iter(rows_of(content, "n"))) for content in (array, repeated)]
    assert {name: rows[0][name] for name in rows[0] if name != "line"} == {
        name: rows[1][name] for name in rows[1] if name != "line"
    }
    assert rows[1]["b_number"] == "+999611234567"


# FS-5
def test_an_array_variable_is_a_list() -> None:
    assert values_of("ARRAY::3|:supplier2") == ["3", "supplier2"]
    assert values_of("a|:b") == "a|:b"


# FS-6
def test_a_spreadsheets_dates_are_checked_to_the_minute(landing: Landing) -> None:
    edited = {"start": "2026/3/2 10:00", "answer": "2026/3/2 10:00", "end": "2026/3/2 10:01"}
    lines = [
        csv_line(FREESWITCH, **edited, billsec="100", duration="101"),
        csv_line(FREESWITCH, **edited, billsec="121", duration="121"),
        csv_line(FREESWITCH, billsec="58"),
    ]
    landing.one(FEED, "Master.csv", file_of(*lines))
    (row,) = landing.rows(FOLDER, "duration_s")
    assert row["duration_s"] == 100
    assert landing.reasons(FEED) == ["bad_interval", "bad_interval"]


# FS-7
def test_what_is_dialled_and_shown_need_not_be_a_number(landing: Landing) -> None:
    line = csv_line(FREESWITCH, caller_number="Outbound Call", destination="&")
    landing.one(FEED, "Master.csv", file_of(line))
    (row,) = landing.rows(FOLDER, "a_number_type, b_number_type, a_prefix, b_prefix")
    assert row == {
        "a_number_type": "alpha", "b_number_type": "alpha", "a_prefix": None, "b_prefix": None,
    }  # fmt: skip


def test_a_cause_nobody_knows_is_counted_and_lands(landing: Landing) -> None:
    lines = [
        csv_line(FREESWITCH, cause="GREEN_CHEESE", answer="", billsec="0"),
        csv_line(
            FREESWITCH, cause="USER_BUSY", answer="", billsec="0", destination="+999610000001"
        ),
    ]
    landing.one(FEED, "Master.csv", file_of(*lines))
    rows = landing.rows(FOLDER, "release_cause, call_outcome")
    assert rows == [
        {"release_cause": -1, "call_outcome": "failed"},
        {"release_cause": 17, "call_outcome": "busy"},
    ]
    assert "1 release causes are in no list" in landing.files()[0]["findings"]


@pytest.mark.parametrize(
    "data",
    [b"SQLite format 3\0" + b"x" * 100, b"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n"],
    ids=["database", "dump"],
)
def test_a_database_is_refused_with_what_to_do(landing: Landing, data: bytes) -> None:
    report = landing.one(FEED, "cdr.db", data)
    assert report.files[0].reason.startswith("wrong_feed")
    assert "export the table as CSV" in report.files[0].reason
