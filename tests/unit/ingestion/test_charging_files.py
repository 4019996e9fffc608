"""3GPP charging files: framing, refusals, records, findings (CD-1 to CD-12)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from landing_files import Landing

from ingestion.ledger import Ledger
from ingestion.readers.charging import reader
from ingestion.readers.charging.framing import bare_records
from ingestion.readers.charging.header import lost_bound, read_header, year_from
from ingestion.sequences import sequence_gaps
from tests.charging import encoding
from tests.charging.encoding import file_297, header_time, holding, instant, integer, number, plain

FEED = "cdr3gpp"
NAME = "cdr_20260302_1000.ber"


def session(*more: bytes, sequence_no: int = 1, cause: int = 0, charging_id: int = 7) -> bytes:
    """Return an SGW record of ten minutes, 100 octets up and 900 down."""
    volumes = encoding.sequence(
        plain(3, integer(100)), plain(4, integer(900)), plain(5, b"\2"),
        plain(6, instant("260302100000+0100")),
    )  # fmt: skip
    return holding(
        78,
        plain(0, integer(84)),
        plain(3, encoding.tbcd("999700000000001")),
        holding(4, plain(0, bytes((10, 0, 0, 1)))),
        plain(5, integer(charging_id)),
        holding(12, volumes),
        plain(13, instant(f"2603021{sequence_no % 6}0000+0100")),
        plain(14, integer(600)),
        plain(15, integer(cause)),
        plain(17, integer(sequence_no)),
        plain(18, b"SGW1"),
        plain(22, number("999601234567")),
        *more,
    )


def findings(landing: Landing) -> dict[str, str]:
    rows = [row for row in landing.files() if row["findings"]]
    return {one["code"]: one["detail"] for row in rows for one in json.loads(row["findings"])}


def outcome(landing: Landing, data: bytes, name: str = NAME) -> tuple[str, str]:
    file = landing.one(FEED, name, data).files[0]
    return file.state, file.reason.split(":")[0]


def landed(landing: Landing, columns: str = "*") -> list[dict[str, Any]]:
    return landing.rows("cdr3gpp/cdrs", columns)


# CD-4
@pytest.mark.samples
def test_the_sample_file_lands_whole(landing: Landing, samples: Path) -> None:
    landing(paths=[samples / "cdr3gpp"])
    file = next(row for row in landing.files() if row["node_id"])
    assert (file["raw_records"], file["landed_records"], file["landed_bytes"]) == (10, 10, 9805)
    assert (file["node_id"], file["sequence_no"]) == ("172.25.27.229", 18)
    assert str(file["created_at"]) == "2016-07-20 13:18:00"
    assert json.loads(file["findings"]) == [
        {"code": "year_derived", "detail": "2016, from the file name"},
        {"code": "open_event", "detail": "3 sessions begin or end in other files"},
    ]


# CD-7
@pytest.mark.samples
def test_a_record_outside_its_file_is_the_same_record(landing: Landing, samples: Path) -> None:
    landing(paths=[samples / "cdr3gpp"])
    rows = landed(landing, "file_id, record_no, usage_id, content_hash, started_local")
    bare = next(row["file_id"] for row in landing.files() if row["node_id"] is None)
    alone = next(row for row in rows if row["file_id"] == bare)
    same = [row for row in rows if row["usage_id"] == alone["usage_id"] and row is not alone]
    assert [(row["record_no"], row["content_hash"]) for row in same] == [(4, alone["content_hash"])]


# CD-4
@pytest.mark.samples
def test_partial_records_of_the_sample_carry_their_place(landing: Landing, samples: Path) -> None:
    landing(paths=list((samples / "cdr3gpp").glob("sgw-Charging*")))
    rows = landed(landing, "charging_ref, record_no, record_sequence_no, closing_cause, duration_s")
    rows.sort(key=lambda row: row["record_no"])
    places = {
        ref: [row["record_sequence_no"] for row in rows if row["charging_ref"] == ref]
        for ref in ("577938950", "873648463")
    }
    assert places == {"577938950": [10, 11, 12, 13, 14], "873648463": [10, 11, 12, 1, 2]}
    normal = [row["record_sequence_no"] for row in rows if row["closing_cause"] == "normal"]
    assert normal == [12]
    assert {row["duration_s"] for row in rows} == {900, 740}


def test_a_session_lands_in_the_canonical_columns(landing: Landing) -> None:
    plmn = bytes.fromhex("99f907")
    place = bytes((0x18,)) + plmn + b"\0\1" + plmn + b"\x01\0\0\2"
    more = [plain(27, plmn), plain(30, b"\6"), plain(31, b"\x40\0"), plain(32, place)]
    landing.one(FEED, NAME, file_297([session(plain(7, b"internet"), *more)]))
    row = landed(landing)[0]
    wanted = {
        "record_type": "data", "service_type": "data", "direction": "out", "node_id": "SGW1",
        "charging_ref": "7", "record_sequence_no": 1, "closing_cause": "normal",
        "a_prefix": "99960123", "a_number_type": "international", "visited_plmn": "99970",
        "home_plmn": "99970", "cell_id": "99970-16777218", "access_point": "internet",
        "duration_s": 600, "bytes_up": 100, "bytes_down": 900, "event_count": 0,
        "extra": '{"rATType":6,"mSTimeZone":"4000"}',
    }  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert str(row["started_at"]) == "2026-03-02 10:00:00"
    assert str(row["ended_at"]) == "2026-03-02 10:10:00"
    assert row["imsi_token"].startswith("k1.")


def foreign_header() -> bytes:
    """Return a file with 5 octets in its header that no standard has."""
    file = file_297([session()])
    size = (len(file) + 5).to_bytes(4, "big") + (59).to_bytes(4, "big")
    return size + file[8:54] + b"\1\2\3\4\5" + file[54:]


REFUSED: dict[str, tuple[bytes, str]] = {
    "the end is missing": (file_297([session()])[:-3], "truncated"),
    "octets behind the end": (file_297([session()]) + b"\0\0", "malformed"),
    "a record is cut": (file_297([session() + b"", b"\xbf\x4e\x7f"])[:-1], "truncated"),
    "declared count": (file_297([session()], declared=2), "count_mismatch"),
    "UPER": (file_297([session()], encoding=2), "unsupported_version"),
    "APER": (file_297([session()], encoding=3), "unsupported_version"),
    "XER": (file_297([session()], encoding=4), "unsupported_version"),
    "no known format": (file_297([session()], encoding=7), "malformed"),
    "header of another make": (foreign_header(), "malformed"),
    "bare record cut": (session()[:-1], "truncated"),
    "vendor BER": (b"\x31\x82\x00\x20" + plain(0, b"\1") + plain(1, bytes(26)), "wrong_feed"),
}  # fmt: skip


# CD-2, CD-3, CD-10, CD-12
@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_charging_file_is_refused(landing: Landing, name: str) -> None:
    data, code = REFUSED[name]
    assert outcome(landing, data) == ("refused", code)
    assert landed(landing) == []


def test_a_record_longer_than_the_rest_of_its_file_is_refused(landing: Landing) -> None:
    data = file_297([session()])
    longer = data[:54] + (len(session()) + 9).to_bytes(2, "big") + data[56:]
    assert outcome(landing, longer) == ("refused", "truncated")


# CD-3
@pytest.mark.parametrize("release", [0, 7])
def test_headers_with_and_without_release_extension(landing: Landing, release: int) -> None:
    data = file_297([session(), session(charging_id=8)], release=release)
    assert read_header(data).length == (54 if release == 7 else 52)
    assert outcome(landing, data) == ("landed", "")
    assert len(landed(landing)) == 2


def test_the_same_sequence_with_other_content_is_refused(landing: Landing) -> None:
    assert outcome(landing, file_297([session()], sequence_no=5))[0] == "landed"
    other = file_297([session(charging_id=9)], sequence_no=5)
    assert outcome(landing, other, "b.ber") == ("refused", "sequence_reuse")


# CD-2
def test_a_missing_sequence_number_is_a_gap(landing: Landing) -> None:
    landing.one(FEED, "a.ber", file_297([session()], sequence_no=5))
    landing.one(FEED, "b.ber", file_297([session(charging_id=9)], sequence_no=8))
    with Ledger(landing.home) as ledger:
        gaps = [(gap.node_id, gap.first, gap.last) for gap in sequence_gaps(ledger)]
    assert gaps == [("10.0.0.1", 6, 7)]


# CD-2
def test_lost_records_and_an_abnormal_closure_are_findings(landing: Landing) -> None:
    landing.one(FEED, NAME, file_297([session()], lost=128 + 9, closure=130))
    found = findings(landing)
    assert found["lost_records"] == "exactly 9 records lost"
    assert found["header_field"].startswith("closure reason 130: storage exhausted")


@pytest.mark.parametrize(
    ("indicator", "bound"),
    [(1, "at least 1"), (127, "at least 127"), (128, "at least 1"), (129, "exactly 1"),
     (254, "exactly 126"), (255, "at least 127")],
)  # fmt: skip
def test_the_lost_indicator_reads_as_a_bound(indicator: int, bound: str) -> None:
    assert lost_bound(indicator) == bound


# CD-1
@pytest.mark.parametrize(
    ("time", "name", "arrived", "written"),
    [
        (header_time(7, 20, 16, 18, 3), "sgw.20160720", "2026-01-01", "2016-07-20T13:18"),
        (header_time(12, 31, 23, 59), "a.ber", "2026-01-01", "2025-12-31T23:59"),
        (header_time(1, 1, 0, 1), "a.ber", "2025-12-31T23:30", "2026-01-01T00:01"),
        (header_time(12, 31, 23, 59), "cdr_20260101.ber", "2030-05-05", "2025-12-31T23:59"),
        (header_time(1, 1, 0, 5), "cdr_20251231.ber", "2030-05-05", "2026-01-01T00:05"),
        (header_time(2, 29, 12, 0), "a.ber", "2025-03-01", "2024-02-29T12:00"),
        (header_time(2, 1, 12, 0), "cdr_20261345.ber", "2026-03-01", "2026-02-01T12:00"),
    ],
)
def test_the_year_comes_from_the_name_or_the_arrival(
    time: int, name: str, arrived: str, written: str
) -> None:
    header = read_header(file_297([session()], written=time))
    at, notes = year_from(header, name, datetime.fromisoformat(arrived).replace(tzinfo=UTC))
    assert at == datetime.fromisoformat(written).replace(tzinfo=UTC)
    assert [note["code"] for note in notes] == ["year_derived"]


def test_a_header_without_a_time_lands_and_says_so(landing: Landing) -> None:
    assert outcome(landing, file_297([session()], written=0)) == ("landed", "")
    assert findings(landing)["header_field"] == "the header has no time"


# CD-9
@pytest.mark.parametrize("filler", [b"\xff" * 7, b"\0" * 6, b"\xff" * 4, b"\0" * 333])
def test_filler_between_records_is_skipped(landing: Landing, filler: bytes) -> None:
    data = file_297([session(), session(charging_id=8), session(charging_id=9)], between=filler)
    assert outcome(landing, data) == ("landed", "")
    assert findings(landing)["padding_skipped"] == f"{2 * len(filler)} octets between records"
    assert len(landed(landing)) == 3


# CD-8
@pytest.mark.parametrize("filler", [b"\xff" * 7, b"\0" * 6, b"\xff\0\0"])
def test_bare_records_are_read_to_the_end(landing: Landing, filler: bytes) -> None:
    data = session() + filler + session(charging_id=8) + session(charging_id=9) + filler
    assert outcome(landing, data) == ("landed", "")
    assert {row["charging_ref"] for row in landed(landing)} == {"7", "8", "9"}
    assert findings(landing)["padding_skipped"] == f"{2 * len(filler)} octets between records"


# CD-9
def test_filler_inside_a_record_makes_it_unreadable(landing: Landing) -> None:
    landing.one(FEED, NAME, file_297([session() + b"\xff\xff", session(charging_id=8)]))
    assert [row["charging_ref"] for row in landed(landing)] == ["8"]
    assert landing.reasons(FEED) == ["unreadable"]


def test_what_follows_a_broken_bare_record_is_one_unreadable_record(landing: Landing) -> None:
    landing.one(FEED, NAME, session() + b"garbage" + session(charging_id=8))
    assert [row["charging_ref"] for row in landed(landing)] == ["7"]
    assert landing.reasons(FEED) == ["unreadable"]


# CD-11
def test_unknown_elements_are_kept_in_extra(landing: Landing) -> None:
    strange = plain(99, b"\xca\xfe"), holding(300, plain(0, b"\1")), plain(99, b"\2")
    landing.one(FEED, NAME, file_297([session(*strange), session(charging_id=8)]))
    rows = landed(landing, "charging_ref, extra")
    assert [json.loads(row["extra"]) if row["extra"] else None for row in rows] == [
        {"unknown": {"99": "cafe 02", "300": "800101"}},
        None,
    ]
    assert findings(landing)["unknown_field"] == "3 elements, tags 99, 300, kept in extra"


def test_a_record_of_indefinite_length_lands_as_its_definite_twin(landing: Landing) -> None:
    body = session()[3:]
    start = body.index(b"\xac")
    inner = body[start + 2 : start + 2 + body[start + 1]]
    loose = encoding.indefinite(
        78, body[:start], encoding.indefinite(12, inner), body[start + 2 + len(inner) :]
    )
    landing.one(FEED, "a.ber", file_297([loose, session(charging_id=8)]))
    landing.one(FEED, "b.ber", loose + session(charging_id=8))
    columns = "charging_ref, bytes_up, bytes_down, duration_s, a_token"
    rows = landed(landing, columns)
    assert len(rows) == 4
    assert rows[0] == rows[1]
    assert (rows[0]["bytes_up"], rows[0]["bytes_down"]) == (100, 900)


@pytest.mark.parametrize("together", [0, 1 << 20])
def test_files_decoded_as_one_keep_their_records_and_findings_apart(
    landing: Landing, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr(reader, "_TOGETHER_BYTES", together)
    strange = plain(99, b"\xca\xfe")
    files = (
        [session(charging_id=1), session(strange, charging_id=2)],
        [],
        [session(charging_id=3)[:-1] + b"\xff\xff", session(strange, strange, charging_id=4)],
    )
    for place, records in enumerate(files, start=1):
        landing.drop(FEED, f"cdr_2026030{place}_1000.ber", file_297(records, sequence_no=place))
    landing()
    rows = landed(landing, "charging_ref, record_no, extra is not null as is_strange")
    assert sorted((r["charging_ref"], r["record_no"], r["is_strange"]) for r in rows) == [
        ("1", 1, False), ("2", 2, True), ("4", 2, True),
    ]  # fmt: skip
    assert [row["record_no"] for row in landing.rows("quarantine/cdr3gpp")] == [1]
    noted = [
        {one["code"]: one["detail"] for one in json.loads(row["findings"] or "[]")}
        for row in sorted(landing.files(), key=lambda row: row["file_name"])
    ]
    assert [set(found) & {"unknown_field", "empty_file"} for found in noted] == [
        {"unknown_field"}, {"empty_file"}, {"unknown_field"},
    ]  # fmt: skip
    assert noted[2]["unknown_field"].startswith("2 elements, tags 99")


def test_an_empty_file_is_an_answer(landing: Landing) -> None:
    assert outcome(landing, file_297([])) == ("landed", "")
    assert "empty_file" in findings(landing)


def test_framing_of_bare_records_ends_at_the_last_octet() -> None:
    size = len(session())
    framed = bare_records(session() + session())
    assert (framed.starts, framed.ends) == ([0, size], [size, 2 * size])
