"""Cisco CUCM CDR and CMR: names and types, addresses, causes, measurements (CU-1 to CU-7)."""

from __future__ import annotations

import json

import pytest
from landing_files import Landing
from switch_lines import CUCM_CDR, CUCM_CMR, csv_line, cucm, file_of

from ingestion.readers.profile import load_profile

FEED = "switch_cucm"
CDRS, CMRS = "switch_cucm/cdrs", "switch_cucm/cmrs"


def cdr(**changes: str) -> str:
    return csv_line(CUCM_CDR, **changes)


# CU-1, CU-2
def test_columns_go_by_name_and_the_line_of_types_is_no_record(landing: Landing) -> None:
    mixed = {"aNewColumn": "x"} | dict(reversed(CUCM_CDR.items()))
    landing.one(FEED, "cdr_1", cucm(mixed, csv_line(mixed)))
    (row,) = landing.rows(CDRS, "record_no, duration_s, ring_s, started_at, node_id, call_ref")
    assert row["record_no"] == 3
    assert (row["duration_s"], row["ring_s"], row["node_id"]) == (60, 5, "lab")
    assert (str(row["started_at"]), row["call_ref"]) == ("2026-03-02 09:00:05", "2-700-lab")
    assert landing.files()[0]["raw_records"] == 1


# CU-1
def test_without_names_the_number_of_types_picks_the_version(landing: Landing) -> None:
    names = load_profile("cucm").layouts["cdr_133"]
    types = ",".join("VARCHAR(50)" if name.endswith("Number") else "INTEGER" for name in names)
    line = ",".join(CUCM_CDR.get(name, "0") for name in names)
    landing.one(FEED, "cdr_1", file_of(types, line))
    assert [item["duration_s"] for item in landing.rows(CDRS, "duration_s")] == [60]
    report = landing.one(FEED, "cdr_2", file_of(types + ",INTEGER", line + ",0"))
    assert report.files[0].reason.startswith("unsupported_version")


def test_a_file_without_a_column_that_a_record_is_made_of_is_refused(landing: Landing) -> None:
    fields = {name: text for name, text in CUCM_CDR.items() if name != "dateTimeConnect"}
    report = landing.one(FEED, "cdr_1", cucm(fields, csv_line(fields)))
    assert report.files[0].reason.startswith("schema: line 1 lacks the column 'dateTimeConnect'")


# CU-3
def test_addresses_are_signed_little_endian_integers(landing: Landing) -> None:
    landing.one(FEED, "cdr_1", cucm(CUCM_CDR, cdr(destIpAddr="-1407844150")))
    (row,) = landing.rows(CDRS, "extra")
    assert json.loads(row["extra"]) == {"orig_ip": "10.248.64.14", "dest_ip": "202.0.22.172"}


# CU-4
def test_a_connect_time_of_0_is_no_call(landing: Landing) -> None:
    line = cdr(dateTimeConnect="0", duration="0", origCause_value="0", destCause_value="17")
    landing.one(FEED, "cdr_1", cucm(CUCM_CDR, line))
    (row,) = landing.rows(CDRS, "duration_s, call_outcome, release_cause, started_at, ring_s")
    assert (row["duration_s"], row["call_outcome"], row["release_cause"]) == (0, "busy", 17)
    assert (str(row["started_at"]), row["ring_s"]) == ("2026-03-02 09:00:00", 65)


# CU-5
def test_a_cause_outside_the_list_lands_as_minus_one(landing: Landing) -> None:
    line = cdr(origCause_value="0", destCause_value="1459617833")
    landing.one(FEED, "cdr_1", cucm(CUCM_CDR, line))
    assert landing.rows(CDRS, "release_cause") == [{"release_cause": -1}]
    assert "1 release causes" in landing.files()[0]["findings"]


# CU-6
def test_a_bridge_is_no_number(landing: Landing) -> None:
    landing.one(FEED, "cdr_1", cucm(CUCM_CDR, cdr(callingPartyNumber="b002179144511001")))
    (row,) = landing.rows(CDRS, "a_number_type, a_prefix")
    assert row == {"a_number_type": "alpha", "a_prefix": None}


# CU-7
def test_measurements_land_beside_calls_and_name_call_and_leg(landing: Landing) -> None:
    landing.drop(FEED, "cmr_1", cucm(CUCM_CMR, csv_line(CUCM_CMR), csv_line(CUCM_CMR, jitter="x")))
    landing.drop(FEED, "cdr_1", cucm(CUCM_CDR, cdr(), cdr(duration="x", origLegCallIdentifier="9")))
    report = landing()
    assert [(item.records, item.quarantined) for item in report.files] == [(1, 1), (1, 1)]
    (row,) = landing.rows(CMRS)
    (call,) = landing.rows(CDRS, "call_ref, charging_ref, node_id")
    assert (row["call_ref"], row["leg_ref"], row["node_id"]) == (call["call_ref"], "10", "lab")
    assert call["charging_ref"].split("-")[:2] == ["10", "11"]
    assert (row["packets_lost"], row["jitter_ms"], row["latency_ms"]) == (10, 4, 7)
    assert (row["concealment_ratio"], row["concealed_s"]) == (pytest.approx(0.0011), 1)
    assert json.loads(row["metrics"])["maxJitter"] == "8"
    bad = landing.rows("quarantine/switch_cucm", "table_name, reason_code, detail")
    assert [(item["table_name"], item["reason_code"]) for item in bad] == [
        ("cdrs", "bad_type"), ("cmrs", "bad_type"),
    ]  # fmt: skip


def test_a_metric_named_twice_keeps_its_first_value(landing: Landing) -> None:
    line = csv_line(CUCM_CMR, varVQMetrics="CS=1;CS=2;broken;=")
    landing.one(FEED, "cmr_1", cucm(CUCM_CMR, line))
    assert landing.rows(CMRS, "concealed_s") == [{"concealed_s": 1}]
