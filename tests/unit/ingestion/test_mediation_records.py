"""Every rule about one mediation record: which lands, which is quarantined, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from landing_files import HEADING, Landing, call, mediation

NAME = "cdr_msc1_main_20260302T100000Z_1.csv"

BROKEN = {
    "open quote": ('moc,"voice' + call()[9:], "unreadable"),
    "blank line": ("", "unreadable"),
    "a field too many": (call() + ",more", "field_count"),
    "a field too few": (call().rsplit(",", 1)[0], "field_count"),
    "no service": (call(service_type=""), "missing"),
    "no b number in a call": (call(b_number=""), "missing"),
    "exponent": (call(duration_s="6e1"), "bad_type"),
    "blanks around a number": (call(duration_s=" 60 "), "bad_type"),
    "text": (call(bytes_up="many"), "bad_type"),
    "too many decimals": (call(duration_s="60.1234"), "bad_scale"),
    "decimals in a count": (call(event_count="1.5"), "bad_scale"),
    "negative volume": (call(bytes_up="-1"), "out_of_range"),
    "overflow": (call(bytes_down="9" * 30), "out_of_range"),
    "code": (call(closing_cause="sunset"), "bad_code"),
    "outcome": (call(call_outcome="maybe"), "bad_code"),
    "record type": (call(record_type="zzz"), "unknown_type"),
    "short imsi": (call(imsi="12345"), "bad_identifier"),
    "long number": (call(a_number="9" * 16), "bad_identifier"),
    "letters in a number": (call(b_number="99961ABC"), "bad_identifier"),
    "plmn": (call(home_plmn="9997"), "bad_identifier"),
    "no offset": (call(started_at="2026-03-02T10:00:00"), "bad_time"),
    "impossible day": (call(started_at="2026-13-41T10:00:00+01:00"), "bad_time"),
    "far future": (call(started_at="2027-03-02T10:00:00+01:00",
                        ended_at="2027-03-02T10:01:00+01:00"), "bad_time"),
    "end before start": (call(ended_at="2026-03-02T09:00:00+01:00"), "bad_interval"),
    "duration differs": (call(duration_s="58"), "bad_interval"),
    "nul byte": (call(cell_id="C\x0001"), "bad_encoding"),
}  # fmt: skip


# MC-2, MC-3, MC-5, MC-6, MC-9, MC-11
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_record_is_quarantined_and_its_neighbours_land(
    landing: Landing, name: str
) -> None:
    line, reason = BROKEN[name]
    good = [call(charging_ref="g1"), call(charging_ref="g2")]
    report = landing.one("mediation", NAME, mediation(good[0], line, good[1]))
    assert landing.reasons("mediation") == [reason]
    assert report.records == 2
    assert [row["record_no"] for row in landing.rows("mediation/cdrs")] == [3, 5]
    assert landing.rows("quarantine/mediation")[0]["record_no"] == 4


# MC-7
def test_invalid_utf8_is_quarantined_alone(landing: Landing) -> None:
    data = mediation(call(charging_ref="g"), call(cell_id="C??1")).replace(b"C??1", b"C\xff\xfe1")
    landing.one("mediation", NAME, data)
    assert landing.reasons("mediation") == ["bad_encoding"]
    assert len(landing.rows("mediation/cdrs")) == 1


def landed(landing: Landing, **changes: str) -> dict[str, Any]:
    landing.one("mediation", NAME, mediation(call(**changes)))
    rows = landing.rows("mediation/cdrs")
    assert len(rows) == 1, landing.rows("quarantine/mediation")
    return rows[0]


def test_a_call_lands_with_utc_local_time_and_offset(landing: Landing) -> None:
    row = landed(landing)
    assert row["started_at"] == datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001
    assert row["started_local"] == datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001
    assert (row["utc_offset_min"], row["time_flag"]) == (60, "exact")
    assert (row["duration_s"], row["duration_ms"]) == (60, 60_000)
    assert str(row["usage_date"]) == "2026-03-02"


@pytest.mark.parametrize(
    ("utc", "local", "offset"),
    [
        ("2026-03-29T00:59:59Z", "2026-03-29 01:59:59", 60),
        ("2026-03-29T01:00:00Z", "2026-03-29 03:00:00", 120),
        ("2026-10-25T00:30:00Z", "2026-10-25 02:30:00", 120),
        ("2026-10-25T01:30:00Z", "2026-10-25 02:30:00", 60),
    ],
)
def test_clock_changes_keep_the_instant(
    landing: Landing, utc: str, local: str, offset: int
) -> None:
    line = call(started_at=utc, ended_at=utc, duration_s="0", call_outcome="failed")
    landing.one(
        "mediation", NAME, mediation(line, created="2026-12-01T00:00:00Z", declared=(1, 0, 0, 0))
    )
    row = landing.rows("mediation/cdrs")[0]
    assert (str(row["started_local"]), row["utc_offset_min"]) == (local, offset)


def test_an_unanswered_call_may_end_when_ringing_ends(landing: Landing) -> None:
    line = call(duration_s="0", ring_s="60", call_outcome="no_answer")
    landing.one("mediation", NAME, mediation(line, declared=(1, 0, 0, 0)))
    assert landing.rows("mediation/cdrs")[0]["duration_s"] == 0


def test_decimal_seconds_keep_their_milliseconds(landing: Landing) -> None:
    line = call(duration_s="60.250")
    landing.one("mediation", NAME, mediation(line, declared=(1, 60_250, 0, 0)))
    row = landing.rows("mediation/cdrs")[0]
    assert (row["duration_s"], row["duration_ms"]) == (60, 60_250)


# MC-15
@pytest.mark.parametrize(
    ("number", "kind"), [("*72*1#", "short"), ("MyBank", "alpha"), ("sip:a@b.example", "alpha")]
)
def test_short_codes_and_senders_land_without_a_prefix(
    landing: Landing, number: str, kind: str
) -> None:
    row = landed(landing, b_number=number, b_number_type=kind)
    assert row["b_prefix"] is None
    assert row["b_number_type"] == kind
    assert row["b_token"].startswith("k1.")


def test_national_and_international_forms_give_one_token(landing: Landing) -> None:
    lines = (
        call(charging_ref="1"),
        call(charging_ref="2", b_number="+999611234567"),
        call(charging_ref="3", b_number="611234567", b_number_type="national"),
    )
    landing.one("mediation", NAME, mediation(*lines))
    rows = landing.rows("mediation/cdrs")
    assert len({row["b_token"] for row in rows}) == 1
    assert {row["b_prefix"] for row in rows} == {"99961123"}


# MC-10
def test_formula_like_text_is_data(landing: Landing) -> None:
    assert landed(landing, access_point="=cmd|' /C calc'!A0")["access_point"].startswith("=cmd")


def test_quoted_fields_are_read(landing: Landing) -> None:
    row = landed(landing, access_point='"a ""b"", c"')
    assert row["access_point"] == 'a "b", c'


# MC-4
def test_crlf_and_lf_give_the_same_rows(landing: Landing) -> None:
    columns = "* exclude (file_id, record_no)"
    landing.one("mediation", NAME, mediation(call(), newline="\r\n"))
    first = landing.rows("mediation/cdrs", columns)
    data = mediation(call(), sequence=2, created="2026-03-02T11:00:01Z")
    landing.one("mediation", "other.csv", data)
    rows = landing.rows("mediation/cdrs", columns)
    assert rows == first * 2


# MC-4, MC-5
def test_a_stray_return_and_an_empty_last_line_are_line_ends(landing: Landing) -> None:
    lines = call(charging_ref="a"), call(charging_ref="b") + "\r", call(charging_ref="c")
    landing.one("mediation", NAME, mediation(*lines) + b"\n")
    rows = landing.rows("mediation/cdrs", "charging_ref, rating_group")
    assert [tuple(row.values()) for row in rows] == [("a", None), ("b", None), ("c", None)]
    assert landing.files()[0]["raw_records"] == 3


# MC-8
def test_a_byte_order_mark_is_no_part_of_the_file(landing: Landing) -> None:
    landing.one("mediation", NAME, b"\xef\xbb\xbf" + mediation(call()))
    file = landing.files()[0]
    assert (file["state"], file["raw_records"], file["findings"]) == ("landed", 1, "[]")
    assert landing.rows("mediation/cdrs", "record_type") == [{"record_type": "moc"}]


# MC-13
def test_an_unknown_column_is_kept_in_extra(landing: Landing) -> None:
    data = mediation(call() + ",blue", heading=HEADING + ",colour")
    landing.one("mediation", NAME, data)
    assert landing.rows("mediation/cdrs")[0]["extra"] == '{"colour":"blue"}'
    assert "unknown_field" in landing.files()[0]["findings"]


def test_a_detail_never_quotes_an_identifier(landing: Landing) -> None:
    shifted = call(ring_s="999601234567x")
    landing.one("mediation", NAME, mediation(shifted, call(imsi="1234")))
    details = " ".join(row["detail"] for row in landing.rows("quarantine/mediation"))
    assert "999601234567" not in details
    assert "1234" not in details
