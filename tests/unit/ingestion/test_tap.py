"""TAP files: what they are, what lands, what is refused (FORMATS section 4.1, TP-1 to TP-15)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from landing_files import Landing
from roaming_files import (
    accounting,
    audit,
    call,
    charge,
    charges,
    control,
    el,
    gprs,
    local,
    network,
    notification,
    nrtrde,
    nrtrde_call,
    profile,
    tap,
)


def outcome(
    landing: Landing, data: bytes, name: str = "1", feed: str = "tap_in"
) -> tuple[str, str]:
    """Land one file; return its state and the code of its refusal."""
    file = landing.one(feed, name, data).files[-1]
    return file.state, file.reason.split(":")[0]


def findings(landing: Landing) -> set[str]:
    import json

    return {item["code"] for row in landing.files() for item in json.loads(row["findings"])}


def test_a_batch_lands_as_usage_events_and_charges(landing: Landing) -> None:
    profile(landing, 'visited_plmn: "23415"\n')
    report = landing.one("tap_in", "1", tap(call(), call(10, reference="0b"), gprs()))
    assert (report.records, report.quarantined, report.refused) == (3, 0, 0)
    moc, mtc, data = sorted(landing.rows("tap_in/cdrs"), key=lambda row: row["record_no"])
    assert [r["record_type"] for r in (moc, mtc, data)] == ["moc", "mtc", "data"]
    assert [r["direction"] for r in (moc, mtc, data)] == ["out", "in", "out"]
    assert (moc["a_prefix"], moc["b_prefix"]) == ("99960123", "44770090")
    assert (mtc["a_prefix"], mtc["b_prefix"]) == ("44770090", "99960123")
    assert str(moc["started_at"]) == "2026-03-01 12:03:42"
    assert (moc["duration_s"], moc["charging_ref"], moc["node_id"]) == (60, "0a0b0c", "WERFD/msc-a")
    assert (moc["home_plmn"], moc["visited_plmn"]) == ("99970", "23415")
    assert (moc["cell_id"], moc["device_tac"]) == ("3505-7182", "35123456")
    assert (data["bytes_down"], data["bytes_up"]) == (1200, 2_200_000_000)
    assert (data["access_point"], data["charging_ref"]) == ("internet", "77")
    first = landing.rows("tap_in/events")[0]
    assert (first["usage_id"], first["imsi_token"]) == (moc["usage_id"], moc["imsi_token"])


def test_short_messages_are_told_by_their_teleservice(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(call(service="22", duration=0), call(10, service="21")))
    rows = landing.rows("tap_in/cdrs", "record_type, service_type, event_count")
    assert [tuple(row.values()) for row in rows] == [("sms_mo", "sms", 1), ("sms_mt", "sms", 1)]


def test_no_identifier_lands_in_clear(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(call(), gprs()))
    for path in (landing.home.landing / "tap_in").rglob("*.parquet"):
        for secret in (b"999700000000001", b"999601234567", b"447700900123", b"3512345678901200"):
            assert secret not in path.read_bytes(), path.name


# TP-1, NR-3
@pytest.mark.parametrize(
    ("feed", "data"),
    [
        ("tap_in", nrtrde(nrtrde_call())),
        ("nrtrde_in", tap(call())),
        ("rap_in", tap(call())),
        ("tap_in", el(7, el(196, "WERFD"), el(182, "XLKJE"))),
    ],
)
def test_a_file_of_another_format_is_named_and_refused(
    landing: Landing, feed: str, data: bytes
) -> None:
    assert outcome(landing, data, feed=feed) == ("refused", "wrong_feed")


def test_a_batch_without_control_or_events_is_malformed(landing: Landing) -> None:
    without_control = el(1, accounting(), el(3, call()), audit(1, 2300))
    without_events = el(1, control(), accounting(), network(), audit(0, 0))
    assert outcome(landing, without_control, "1") == ("refused", "malformed")
    assert outcome(landing, without_events, "2") == ("refused", "malformed")


def test_a_text_that_begins_like_a_batch_stays_text(landing: Landing) -> None:
    text = b"added,date,amount\n1,2026-01-01,3\n"
    assert outcome(landing, text) == ("refused", "unknown_format")


# TP-2
def test_length_forms_give_equal_rows(landing: Landing) -> None:
    events = call(), gprs()
    landing.one("tap_in", "1", tap(*events, head=control(sequence="00001")))
    mixed = tap(*events, head=control(sequence="00002"), indefinite=True)
    landing.one("tap_in", "2", mixed)
    shown = "* exclude (file_id, record_no)"
    rows = landing.rows("tap_in/cdrs", shown)
    assert len(rows) == 4
    assert rows[0::2] == rows[1::2]


@pytest.mark.parametrize("padding", [b"\0\0", b"\0" * 2048])
def test_zero_bytes_after_a_batch_are_padding(landing: Landing, padding: bytes) -> None:
    assert outcome(landing, tap(call()) + padding) == ("landed", "")
    assert findings(landing) == {"padding_skipped"}


def test_other_bytes_after_a_batch_are_not(landing: Landing) -> None:
    assert outcome(landing, tap(call()) + b"GARBAGE") == ("refused", "malformed")


# TP-3
WRONG_TOTALS = [
    audit(1, 2300), audit(2, 4601), audit(2, 4600, tax=1), audit(2, 4600, discount=7),
    audit(2, 4600, charge_refund=1),
]  # fmt: skip


@pytest.mark.parametrize("totals", WRONG_TOTALS)
def test_totals_that_differ_refuse_or_are_found(landing: Landing, totals: bytes) -> None:
    data = tap(call(), call(reference="0b"), totals=totals)
    assert outcome(landing, data, "1") == ("refused", "count_mismatch")
    profile(landing, "totals: finding\n")
    assert outcome(landing, data, "2") == ("landed", "")
    assert "totals_differ" in findings(landing)
    assert len(landing.rows("tap_in/cdrs")) == 2


def test_totals_that_are_absent_are_nothing_to_differ_from(landing: Landing) -> None:
    assert outcome(landing, tap(call(), totals=el(15))) == ("landed", "")
    assert landing.files()[0]["declared_records"] is None


def test_rejected_events_count_in_the_totals(landing: Landing) -> None:
    report = landing.one("tap_in", "1", tap(call(imsi="12345"), call()))
    assert (report.records, report.quarantined) == (1, 1)
    assert landing.files()[0]["declared_records"] == 2


def test_taxes_discounts_and_refunds_are_summed_apart(landing: Landing) -> None:
    taxed = call(charged=charges(charge(amount=1000), tax=(1, 200), discount=(1, 50)))
    back = el(17, el(304, local(300)), el(285, el(352, el(344, 1), charges(charge(amount=400)))))
    totals = audit(2, 1000, tax=200, discount=50, charge_refund=400)
    assert outcome(landing, tap(taxed, back, totals=totals)) == ("landed", "")
    rows = landing.rows("tap_in/events", "event_kind, charge_amount, tax_amount, discount_amount")
    assert [tuple(row.values()) for row in rows] == [
        ("content", Decimal("-0.400000"), 0, 0),
        ("moc", Decimal("1.000000"), Decimal("0.200000"), Decimal("0.050000")),
    ]
    assert len(landing.rows("tap_in/cdrs")) == 1


# TP-4, RF-6
def test_only_the_total_charge_type_is_added_up(landing: Landing) -> None:
    parts = charges(charge("00", 1234567), charge("01", 1000000), charge("03", 234567))
    data = tap(call(charged=parts), total=1234567, accounts=accounting(decimals=5))
    assert outcome(landing, data) == ("landed", "")
    rows = landing.rows("tap_in/charges", "charge_type, charge_amount, exchange_rate, currency")
    assert [row["charge_amount"] for row in rows] == [
        Decimal("12.345670"), Decimal("10.000000"), Decimal("2.345670"),
    ]  # fmt: skip
    assert {row["exchange_rate"] for row in rows} == {Decimal("1.16203")}
    assert {row["currency"] for row in rows} == {"XDR"}
    assert landing.rows("tap_in/events")[0]["charge_amount"] == Decimal("12.345670")


def test_a_charge_without_scale_is_missing_something(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(call(), accounts=accounting(decimals=None)))
    assert landing.reasons("tap_in") == ["missing"]


# TP-5
BAD_CODES: dict[str, bytes] = {
    "utc_offset_code": call(start=local(44, code=9)),
    "entity_code": call(entity=9),
    "exchange_rate_code": call(charged=charges(rate=9)),
    "tax_code": call(charged=charges(tax=(9, 0))),
    "discount_code": call(charged=charges(discount=(9, 0))),
}


@pytest.mark.parametrize("name", BAD_CODES)
def test_a_code_that_its_table_lacks_is_bad(landing: Landing, name: str) -> None:
    report = landing.one("tap_in", "1", tap(BAD_CODES[name], call()))
    assert (report.records, report.quarantined) == (1, 1)
    row = landing.rows("quarantine/tap_in")[0]
    assert row["reason_code"] == "bad_code"
    assert name in row["detail"]
    assert len(landing.rows("tap_in/events")) == 1


@pytest.mark.parametrize("parts", [{"net": network(offsets=2)}, {"accounts": accounting(rates=2)}])
def test_a_code_that_stands_twice_in_its_table_is_malformed(
    landing: Landing, parts: dict[str, Any]
) -> None:
    assert outcome(landing, tap(call(), **parts)) == ("refused", "malformed")


# TP-6
@pytest.mark.parametrize(
    ("offset", "reasons"),
    [("+0545", []), ("-1300", []), ("+1400", []), ("+0002", ["bad_time"]), ("+1500", ["bad_time"])],
)
def test_offsets_are_quarter_hours_of_the_earth(
    landing: Landing, offset: str, reasons: list[str]
) -> None:
    landing.one("tap_in", "1", tap(call(), net=network(offset=offset)))
    assert landing.reasons("tap_in") == reasons


def test_an_odd_offset_in_the_heading_is_a_finding(landing: Landing) -> None:
    assert outcome(landing, tap(call(), head=control(created="+0002"))) == ("landed", "")
    assert findings(landing) == {"header_field"}


@pytest.mark.parametrize("text", ["20260230120000", "2026030112", "20260301256000"])
def test_a_time_that_never_was_is_bad(landing: Landing, text: str) -> None:
    landing.one("tap_in", "1", tap(call(start=local(44, text))))
    assert landing.reasons("tap_in") == ["bad_time"]


# TP-7
def test_a_negative_volume_is_never_corrected(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(gprs(volume_in=-2)))
    assert landing.reasons("tap_in") == ["out_of_range"]


# TP-8
@pytest.mark.parametrize(
    ("imsi", "reasons"), [("99970123456789", []), ("9997f0123", ["bad_identifier"])]
)
def test_digits_come_high_nibble_first(landing: Landing, imsi: str, reasons: list[str]) -> None:
    landing.one("tap_in", "1", tap(call(imsi=imsi)))
    assert landing.reasons("tap_in") == reasons


# TP-10
def test_a_short_file_number_is_a_finding(landing: Landing) -> None:
    assert outcome(landing, tap(call(), head=control(sequence="42"))) == ("landed", "")
    assert findings(landing) == {"header_field"}
    assert landing.files()[0]["sequence_no"] == 42


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (control(release=9), "unsupported_version"),
        (control(sequence="4x"), "schema"),
        (el(4, el(196, "WERFD"), el(109, "00001"), el(201, 3), el(189, 12)), "schema"),
    ],
)
def test_a_heading_that_says_too_little_is_refused(
    landing: Landing, head: bytes, code: str
) -> None:
    assert outcome(landing, tap(call(), head=head)) == ("refused", code)


# TP-12, sequence rules of DATA_MODEL section 8
def test_a_notification_uses_up_its_number(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(call()))
    report = landing.one("tap_in", "2", notification("00043"))
    assert (report.files[0].state, report.files[0].records) == ("landed", 0)
    landing.one("tap_in", "4", tap(call(reference="0d"), head=control(sequence="00045")))
    gaps = [row["findings"] for row in landing.files() if "sequence_gap" in row["findings"]]
    assert len(gaps) == 1
    assert "1 files missing: sequence 44 to 44" in gaps[0]
    kinds = [row["batch_kind"] for row in landing.rows("tap_in/batches")]
    assert sorted(kinds) == ["notification", "transfer", "transfer"]


def test_a_copy_is_a_duplicate_and_another_content_a_reuse(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(call()))
    assert outcome(landing, tap(call()), "2")[0] == "duplicate"
    assert outcome(landing, tap(gprs()), "3") == ("refused", "sequence_reuse")


def test_test_files_have_numbers_of_their_own_and_no_usage(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(call()))
    head = control(further=el(110, "T"))
    assert outcome(landing, tap(gprs(), head=head), "2") == ("landed", "")
    assert [row["service_type"] for row in landing.rows("tap_in/cdrs")] == ["voice"]
    assert [row["is_test"] for row in landing.rows("tap_in/events", "is_test")] == [False, True]


def test_after_the_last_number_comes_the_first(landing: Landing) -> None:
    for name, sequence in (("1", "99999"), ("2", "00001")):
        head = control(sequence=sequence)
        landing.one("tap_in", name, tap(call(reference=f"0{name}"), head=head))
    assert "sequence_gap" not in findings(landing)


def test_a_name_that_tells_another_number_is_refused(landing: Landing) -> None:
    assert outcome(landing, tap(call()), "CDWERFDXLKJE00042") == ("landed", "")
    data = tap(call(), head=control(sequence="00043"))
    assert outcome(landing, data, "CDWERFDXLKJE00044") == ("refused", "malformed")


# TP-15
def test_an_event_is_named_by_its_place_in_the_file(landing: Landing) -> None:
    first, bad, last = call(), call(imsi="12345"), gprs()
    data = tap(first, bad, last)
    landing.one("tap_in", "1", data)
    rows = landing.rows("tap_in/events", "record_no, byte_offset, byte_length")
    assert [row["record_no"] for row in rows] == [1, 3]
    for row, event in zip(rows, (first, last), strict=True):
        assert data[row["byte_offset"] :][: row["byte_length"]] == event
    raw = landing.rows("quarantine/tap_in")[0]
    assert raw["record_no"] == 2
    assert raw["raw_line"].startswith(f"byte {data.index(bad)}: ")


def test_an_unknown_kind_of_event_is_quarantined(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(el(499, el(129, "x")), total=0))
    assert landing.reasons("tap_in") == ["unknown_type"]


def test_a_new_day_names_its_days(landing: Landing) -> None:
    report = landing.one("tap_in", "1", tap(call()))
    assert [str(day) for day in report.days["tap_in"]] == ["2026-03-01"]
