"""Whole files: refused with a code of the closed list and clear words, landed once, never lost."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from landing_files import HEADING, Landing, call, mediation

from ingestion import intake, receive
from ingestion import landing as steps
from ingestion.readers import mediation as reader
from ingestion.readers import stretches
from ingestion.reasons import REFUSALS

NAME = "cdr_msc1_main_20260302T100000Z_1.csv"
PM = b'<?xml version="1.0"?><measCollecFile><fileHeader/></measCollecFile>'
OMES = b'<?xml version="1.0"?><OMeS version="2.3"><PMSetup/></OMeS>'
ASN1 = b"MeasDataCollection ::= SEQUENCE { measFileHeader MeasFileHeader }\n"

REFUSED: dict[str, tuple[str, bytes, str]] = {
    "text": ("mediation", b"dear colleague,\nthe files follow tomorrow.\n", "unknown_format"),
    "binary": ("mediation", bytes(range(1, 200)) + b"\0" * 50, "unknown_format"),
    "zero bytes": ("mediation", b"", "truncated"),
    "counters in the wrong folder": ("mediation", PM, "wrong_feed"),
    "Nokia counters": ("pm", OMES, "wrong_feed"),
    "bulk configuration": ("pm", b"<bulkCmConfigDataFile/>", "wrong_feed"),
    "ASN.1 counters": ("pm", ASN1, "wrong_feed"),
    "records among counters": ("pm", mediation(call()), "wrong_feed"),
    "database": ("switch_asterisk", b"SQLite format 3\0" + b"x" * 100, "wrong_feed"),
    "another contract version": ("mediation", mediation(call(), version="2"),
                                 "unsupported_version"),
    "truncated gzip": ("mediation", gzip.compress(mediation(call()))[:-12], "truncated"),
    "damaged gzip": ("mediation", gzip.compress(mediation(call()))[:20] + b"\xff" * 80,
                     "malformed"),
    "header only": ("mediation", b"#trunkline-cdr,1,msc1,main,1,2026-03-02T11:00:00Z\n",
                    "truncated"),
    "no trailer": ("mediation", mediation(call()).rsplit(b"#end", 1)[0], "truncated"),
    "record count": ("mediation", mediation(call(), declared=(2, 60_000, 0, 0)),
                     "count_mismatch"),
    "sums": ("mediation", mediation(call(), declared=(1, 61_000, 0, 0)), "count_mismatch"),
    "column missing": ("mediation", mediation(call(), heading=HEADING.replace("started_at", "x")),
                       "schema"),
    "header short": ("mediation", mediation(call()).replace(b",main", b"", 1), "schema"),
    "UTF-16": ("mediation", mediation(call()).decode().encode("utf-16"), "encoding"),
    "no header": ("pm", b"<measCollecFile><measData/></measCollecFile>", "schema"),
    "TM Forum among payments": ("payments", b'{"id": "1", "@type": "Product"}', "wrong_feed"),
}  # fmt: skip


# MC-8, MC-12, MC-13
@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_with_clear_words(landing: Landing, name: str) -> None:
    feed, data, code = REFUSED[name]
    report = landing.one(feed, NAME, data)
    outcome = report.files[0]
    assert (outcome.state, outcome.reason.split(":")[0]) == ("refused", code)
    assert code in REFUSALS
    assert len(outcome.reason) > len(code) + 20
    row = landing.files()[0]
    assert (row["refusal_code"], row["raw_records"]) == (code, 0)
    raw = list(landing.home.raw.iterdir())
    assert [path.read_bytes() for path in raw] == [data]


def test_a_wrong_feed_names_what_the_file_is(landing: Landing) -> None:
    report = landing.one("pm", "x.xml", OMES)
    assert "Nokia OMeS" in report.files[0].reason


def test_an_empty_inbox_is_an_answer(landing: Landing) -> None:
    report = landing()
    assert (report.files, report.refused) == ([], 0)
    assert landing.rows("mediation/cdrs") == []
    assert landing.rows("reference/rates") == []


def test_a_file_of_no_records_lands_with_a_finding(landing: Landing) -> None:
    report = landing.one("mediation", NAME, mediation())
    assert report.files[0].state == "landed"
    assert "empty_file" in landing.files()[0]["findings"]


# MC-1, MC-3, MC-5
def test_every_line_has_one_outcome(landing: Landing) -> None:
    lines = [call(charging_ref=str(n)) for n in range(20)]
    lines[3], lines[7], lines[11] = "", lines[7] + ",x", lines[11].replace("voice", '"voice')
    data = mediation(*lines)
    landing.one("mediation", NAME, data)
    row = landing.files()[0]
    assert data.count(b"\n") == 2 + 1 + row["raw_records"]
    assert row["raw_records"] == row["landed_records"] + row["quarantined_records"] == 20
    assert row["landed_records"] == len(landing.rows("mediation/cdrs"))
    assert row["quarantined_records"] == len(landing.rows("quarantine/mediation"))


def test_an_unreadable_duration_is_a_finding_not_a_refusal(landing: Landing) -> None:
    landing.one("mediation", NAME, mediation(call(), call(duration_s="x")))
    row = landing.files()[0]
    assert row["state"] == "landed"
    assert "totals_differ" in row["findings"]
    assert (row["landed_duration_ms"], row["declared_duration_ms"]) == (60_000, 120_000)


def test_equal_content_lands_once_under_any_name(
    landing: Landing, packed: Callable[[bytes], bytes]
) -> None:
    data = mediation(call())
    for name, content in (("a.csv", data), ("b.csv", data), ("c.csv.gz", packed(data))):
        landing.drop("mediation", name, content)
    report = landing()
    assert sorted(f.state for f in report.files) == ["duplicate", "duplicate", "landed"]
    assert len(landing.rows("mediation/cdrs")) == 1
    files = landing.files()
    assert len({row["file_id"] for row in files}) == 3
    original = next(row["file_id"] for row in files if row["state"] == "landed")
    assert {row["duplicate_of"] for row in files} == {None, original}
    assert landing.one("mediation", "later.csv", data).files[0].state == "duplicate"


def test_a_sequence_used_twice_with_other_content_is_refused(landing: Landing) -> None:
    landing.one("mediation", "a.csv", mediation(call()))
    report = landing.one("mediation", "b.csv", mediation(call(charging_ref="c2")))
    assert report.files[0].reason.startswith("sequence_reuse")


def test_a_good_copy_of_a_cut_file_lands_in_the_same_run(landing: Landing) -> None:
    data = mediation(call())
    landing.drop("mediation", "a.csv", data.rsplit(b"#end", 1)[0])
    landing.drop("mediation", "b.csv", data)
    report = landing()
    assert {f.name: f.state for f in report.files} == {"a.csv": "refused", "b.csv": "landed"}


def test_a_refused_file_is_tried_again_in_the_right_folder(landing: Landing) -> None:
    assert landing.one("pm", NAME, mediation(call())).refused == 1
    assert landing.one("mediation", NAME, mediation(call())).records == 1
    assert [row["state"] for row in landing.files()] == ["landed"]


def test_inbox_files_are_consumed_and_named_files_stay(landing: Landing, tmp_path: Path) -> None:
    dropped = landing.drop("mediation", NAME, mediation(call()))
    landing()
    assert not dropped.exists()
    named = tmp_path / "elsewhere.csv"
    named.write_bytes(mediation(call(charging_ref="c2"), sequence=2))
    assert landing(paths=[named]).records == 1
    assert named.exists()
    again = landing(paths=[named])
    assert (again.skipped, again.files) == (1, [])


def test_a_gap_is_reported_until_the_file_comes(landing: Landing) -> None:
    for sequence in (1, 4):
        landing.drop("mediation", f"{sequence}.csv",
                     mediation(call(charging_ref=str(sequence)), sequence=sequence))  # fmt: skip
    landing()
    assert "sequence 2 to 3" in str([row["findings"] for row in landing.files()])
    for sequence in (2, 3):
        landing.drop("mediation", f"{sequence}.csv",
                     mediation(call(charging_ref=str(sequence)), sequence=sequence))  # fmt: skip
    landing()
    found = str([row["findings"] for row in landing.files()])
    assert "sequence_gap" not in found
    assert "late" in found


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_lands_the_same_in_stretches(
    landing: Landing, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    lines = [call(charging_ref=f"c{number}") for number in range(30)]
    lines[7], lines[20] = "too,few,fields", call(charging_ref="c20", started_at="yesterday")
    data = mediation(*lines, declared=(30, 28 * 60_000, 0, 0))
    monkeypatch.setattr(stretches, "STRETCH_BYTES", 1_000)
    monkeypatch.setattr(reader, "STRETCH_BYTES", 1_000)
    monkeypatch.setattr(receive, "_LARGE_BYTES", 1_000)
    monkeypatch.setattr(receive, "_LARGE_PACKED_BYTES", 100)
    landing.one("mediation", NAME, gzip.compress(data) if packed else data)
    good = [row["record_no"] for row in landing.rows("mediation/cdrs")]
    bad = {row["record_no"]: row["reason_code"] for row in landing.rows("quarantine/mediation")}
    assert sorted(good) == [number for number in range(3, 33) if number not in (10, 23)]
    assert bad == {10: "field_count", 23: "bad_time"}


def test_a_large_file_with_wrong_sums_leaves_nothing(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "STRETCH_BYTES", 1_000)
    monkeypatch.setattr(reader, "STRETCH_BYTES", 1_000)
    lines = [call(charging_ref=f"c{number}") for number in range(30)]
    report = landing.one("mediation", NAME, mediation(*lines, declared=(30, 1, 0, 0)))
    assert report.files[0].reason.startswith("count_mismatch")
    assert landing.rows("mediation/cdrs") == []
    assert not landing.home.vault.exists()


def test_each_of_hundreds_of_files_of_a_batch_has_its_own_days(
    landing: Landing, caplog: pytest.LogCaptureFixture
) -> None:
    for sequence in range(1, 301):
        day = f"2026-02-{1 + sequence % 28:02}"
        line = call(started_at=f"{day}T10:00:00+01:00", ended_at=f"{day}T10:01:00+01:00")
        landing.drop("mediation", f"{sequence}.csv", mediation(line, sequence=sequence))
    assert landing().records == 300
    assert not caplog.records  # a batch that fails is read again file by file
    assert len({row["landed_seq"] for row in landing.files()}) == 1
    with closing(sqlite3.connect(landing.home.ledger)) as con:
        days = con.execute(
            "select sequence_no, day from file_days inner join files using (file_id)"
        ).fetchall()
    assert sorted(days) == [(n, f"2026-02-{1 + n % 28:02}") for n in range(1, 301)]


def test_batches_read_side_by_side_land_as_one_after_the_other(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "_PARALLEL_FROM_BYTES", 0)
    monkeypatch.setitem(intake._BATCH_BYTES, "mediation", 1)  # a batch for each file
    for sequence in range(1, 7):
        lines = [
            call(charging_ref=f"{sequence}-{n}", b_number=f"9996100000{n:02}") for n in range(9)
        ]
        landing.drop("mediation", f"{sequence}.csv", mediation(*lines, sequence=sequence))
    assert landing().records == 54
    assert [row["landed_seq"] for row in landing.files()] == [1, 2, 3, 4, 5, 6]
    assert len(landing.vault()) == 12
