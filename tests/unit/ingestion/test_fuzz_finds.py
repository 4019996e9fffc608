"""Files at which a reader once stopped, as the fuzz test found them: each has an answer now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fuzz_files import SEEDS
from fuzz_landing import Fuzzer, Input
from landing_files import Landing, call, mediation

from ingestion.readers.pm_values import Columns

HALF = b"\\ud800"


def landed_with(folder: Path, seed: str, old: bytes, new: bytes) -> dict[str, int]:
    """Land the file of a seed with other bytes in a place, and return what became of it."""
    made = SEEDS[seed]
    data = made.make(0)
    assert old in data, data[:600]
    fuzzer = Fuzzer(folder)
    fuzzer.land([Input(made.feed, made.name.format(n=0), data.replace(old, new, 1))])
    assert fuzzer.failures == []
    return dict(fuzzer.outcomes)


@pytest.mark.parametrize(
    ("seed", "old", "new", "outcome"),
    [
        ("pm", b"32_series", b"32{}_series", "landed"),
        ("profile", b", 60, 16,", b", 601e999, 16,", "landed"),
        ("profile", b", 65, 60,", b", 9223372036854775807, -9223372036854775807,", "landed"),
        ("ves", b'"p"', b'"' + HALF + b'"', "refused: malformed"),
        ("tmf customer", b'"name": "', b'"name": "' + HALF, "landed"),
        ("freeswitch json", b'": "', b'": "' + HALF, "refused: malformed"),
    ],
)
def test_what_stopped_a_reader_is_refused_or_conserved(
    tmp_path: Path, seed: str, old: bytes, new: bytes, outcome: str
) -> None:
    assert landed_with(tmp_path, seed, old, new) == {outcome: 1}


@pytest.mark.parametrize("seconds", ["166066655856542", "9999999999999.999"])
def test_a_duration_of_many_digits_is_out_of_range(landing: Landing, seconds: str) -> None:
    landing.one("mediation", "a.csv", mediation(call(duration_s=seconds)))
    assert landing.reasons("mediation") == ["out_of_range"]


@pytest.mark.parametrize("ended_at", ["9999-12-31T23:59:59-01:00", "2031-01-01T00:00:00Z"])
def test_an_end_in_the_future_is_a_bad_time(landing: Landing, ended_at: str) -> None:
    landing.one("mediation", "a.csv", mediation(call(ended_at=ended_at)))
    assert landing.reasons("mediation") == ["bad_time"]


@pytest.mark.parametrize(
    ("field", "text", "reasons"),
    [
        ("startDate", "0001-01-01T00:00:00+14:00", ["bad_time"]),
        ("startDate", "9999-12-30T23:59:59-23:59", []),
        ("terminationDate", "9999-12-31T23:59:59-14:00", []),
        ("terminationDate", "0001-01-01T00:00:00+00:01", ["bad_time"]),
    ],
)
def test_an_instant_at_the_ends_of_the_calendar_is_kept_or_a_bad_time(
    landing: Landing, field: str, text: str, reasons: list[str]
) -> None:
    resource = {"id": "1", "@type": "Product", "status": "active", "startDate": "2026-03-01"}
    landing.one("tmf", "637/1.json", json.dumps(resource | {field: text}).encode())
    assert landing.reasons("tmf") == reasons


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("event_time", ["0001-01-01T00:00:00Z", "9999-12-30T23:59:59Z"])
def test_an_event_at_the_ends_of_the_calendar_has_a_day(
    landing: Landing, monkeypatch: pytest.MonkeyPatch, zone: str, event_time: str
) -> None:
    monkeypatch.setenv("TRUNKLINE_TIME_ZONE", zone)
    body = {"id": "1", "@type": "Product", "status": "active", "startDate": "2026-03-01"}
    event = {"eventId": "e1", "eventTime": event_time, "eventType": "ProductCreateEvent",
             "event": {"product": body}}  # fmt: skip
    report = landing.one("tmf", "637/1.json", json.dumps(event).encode())
    assert [file.state for file in report.files] == ["landed"]


@pytest.mark.parametrize(
    ("end", "duration"),
    [
        ("0001-01-01T00:10:00+00:00", "PT900S"),
        ("0001-01-01T00:00:00+14:00", "PT900S"),
        ("9999-12-31T23:59:59-14:00", "PT900S"),
        ("2026-03-01T00:15:00+00:00", "P999999999DT999999999H"),
        ("2026-03-01T00:15:00+00:00", f"P{'9' * 5_000}D"),
    ],
)
def test_a_period_at_the_ends_of_the_calendar_is_unreadable(end: str, duration: str) -> None:
    assert Columns().period(duration, end, lambda _: 0) == (None, None)


@pytest.mark.parametrize(
    ("seed", "old", "outcome"),
    [
        ("mediation", b"2026-03-02T11:00:00Z", "refused: schema"),
        ("tmf rows", b"2026-03-02T10:00:00.000000Z", "refused: schema"),
        ("payments", b"2026-03-31T23:30:00Z", "landed"),
        ("ves", b"1772409600000000", "landed"),
    ],
)
@pytest.mark.parametrize("new", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_times_at_the_ends_of_the_calendar_are_refused_or_set_aside(
    tmp_path: Path, seed: str, old: bytes, outcome: str, new: str
) -> None:
    value = {"ves": {"0": b"1", "9": b"253402300799999999"}[new[0]]}.get(seed, new.encode())
    assert landed_with(tmp_path, seed, old, value) == {outcome: 1}


def test_a_record_is_set_aside_where_a_switch_names_no_supplier(landing: Landing) -> None:
    rows = b"method,from_tag,to_tag,callid,sip_code,sip_reason,time\nINVITE,a,b,c1,200,OK,1\n"
    landing.one("switch_opensips", "sip1_acc.csv", rows)
    assert landing.reasons("switch_opensips") == ["field_count"]


def test_a_list_for_an_operation_of_a_patch_is_unreadable(landing: Landing) -> None:
    envelope = b'{"id": "p1", "@type": "Product", "patch": [[], {"op": "test", "path": "/a"}]}'
    landing.one("tmf", "637/a.json", envelope)
    assert landing.reasons("tmf") == ["unreadable"]


def test_whole_pairs_of_an_escape_are_text(tmp_path: Path) -> None:
    made = SEEDS["tmf customer"]
    data = made.make(0).replace(b'"name": "', b'"name": "\\ud83d\\ude00', 1)
    fuzzer = Fuzzer(tmp_path)
    fuzzer.land([Input(made.feed, "629/0.json", data)])
    assert (fuzzer.failures, dict(fuzzer.outcomes)) == ([], {"landed": 1})
