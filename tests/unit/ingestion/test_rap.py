"""RAP files: what comes back of the TAP files we sent (FORMATS TP-10, TP-13)."""

from __future__ import annotations

from landing_files import Landing
from roaming_files import accounting, call, el, errors, rap, stamp


# TP-13
def test_each_return_names_its_tap_file_and_its_errors(landing: Landing) -> None:
    severe = el(540, el(109, "00042"), call(), errors(10, 261, 10))
    fatal = el(539, el(109, "00043"), el(512, accounting(), errors(37)))
    missing = el(538, el(532, "00044"), el(518, "00046"))
    report = landing.one("rap_in", "1", rap(severe, fatal, missing))
    assert (report.records, report.quarantined) == (3, 0)
    names = ("return_kind", "tap_sender", "tap_recipient", "tap_sequence_no",
             "last_tap_sequence_no", "faulty_part", "error_codes", "event_kind")  # fmt: skip
    rows = sorted(landing.rows("rap_in/returns"), key=lambda row: row["record_no"])
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("severe", "WERFD", "XLKJE", 42, 42, "event", "10,261", "moc"),
        ("fatal", "WERFD", "XLKJE", 43, 43, "accounting", "37", None),
        ("missing", "WERFD", "XLKJE", 44, 46, None, None, None),
    ]
    assert str(rows[0]["event_local_time"]) == "2026-03-01 14:03:42"
    assert rows[0]["imsi_token"].startswith("k1.")
    file = landing.files()[0]
    assert (file["node_id"], file["stream"], file["sequence_no"]) == ("XLKJE", "rap/WERFD", 5)


# TP-10
def test_an_acknowledgement_lands_and_uses_up_no_number(landing: Landing) -> None:
    data = el(535, el(196, "WERFD"), el(182, "XLKJE"), el(181, "123"),
              stamp(516, offset="+0002"), stamp(515))  # fmt: skip
    assert landing.one("rap_in", "1", data).files[0].state == "landed"
    file = landing.files()[0]
    assert (file["sequence_no"], file["landed_records"]) == (None, 0)
    assert "header_field" in file["findings"]
    batch = landing.rows("rap_in/batches")[0]
    assert (batch["batch_kind"], batch["about_sequence_no"]) == ("acknowledgement", 123)


def test_a_return_that_names_no_file_is_quarantined(landing: Landing) -> None:
    landing.one("rap_in", "1", rap(el(540, call(), errors(10)), el(499, el(196, "WERFD"))))
    assert sorted(landing.reasons("rap_in")) == ["missing", "unknown_type"]


def test_a_count_that_differs_refuses_the_file(landing: Landing) -> None:
    file = landing.one("rap_in", "1", rap(el(538, el(532, "00044")), count=2)).files[0]
    assert (file.state, file.reason.split(":")[0]) == ("refused", "count_mismatch")


def test_a_batch_without_returns_is_malformed(landing: Landing) -> None:
    data = el(534, el(537, el(196, "XLKJE"), el(182, "WERFD"), el(181, "00005")))
    file = landing.one("rap_in", "1", data).files[0]
    assert (file.state, file.reason.split(":")[0]) == ("refused", "malformed")
