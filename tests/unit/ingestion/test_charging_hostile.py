"""Hostile charging files: refused or conserved, no crash, no hang, no harm to neighbours (CD-13).

`TRUNKLINE_MUTATIONS` sets how many mutated records and files are read (default 20,000).
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import numpy as np
import pytest
from landing_files import Landing

from ingestion.readers.charging import ber
from ingestion.readers.charging.framing import bare_records, framed_records
from ingestion.readers.charging.header import read_header
from ingestion.readers.charging.records import decode
from ingestion.readers.charging.tags import RECORD_TYPES
from ingestion.readers.charging.walk import ELEMENTS
from ingestion.reasons import REFUSALS, RefusedError
from tests.charging import encoding, making
from tests.charging.encoding import file_297, holding, indefinite, integer, plain

MUTATIONS = int(os.environ.get("TRUNKLINE_MUTATIONS", "20000"))
_AT_ONCE = 2_000


def mutated(data: bytes, draw: random.Random) -> bytes:
    """Return the octets with one to four of them changed, cut out, put in or doubled."""
    changed = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(changed) or 1)
        kind = draw.randrange(4)
        if kind == 0:
            changed[at : at + 1] = bytes((draw.randrange(256),))
        elif kind == 1:
            del changed[at : at + draw.randint(1, 9)]
        elif kind == 2:
            changed[at:at] = draw.randbytes(draw.randint(1, 9))
        else:
            changed[at:at] = changed[at : at + draw.randint(1, 40)]
    return bytes(changed)


def read_records(records: list[bytes]) -> list[dict[str, object]]:
    ends = np.cumsum([len(one) for one in records])
    starts = np.concatenate([[0], ends[:-1]])
    return decode(b"".join(records), starts, ends)[0].to_pylist()


# CD-13
def test_mutated_records_have_an_outcome_and_spare_their_neighbours() -> None:
    draw = random.Random(7)
    whole = making.records(seed=7, count=200)
    expected = read_records(whole)
    assert not any(row["problem"] for row in expected)
    broken = 0
    for _ in range(max(1, MUTATIONS // _AT_ONCE)):
        places = [draw.randrange(len(whole)) for _ in range(_AT_ONCE)]
        mixed = []
        for place in places:
            mixed += [mutated(whole[place], draw), whole[place]]
        rows = read_records(mixed)
        assert len(rows) == len(mixed)
        assert [rows[2 * at + 1] for at in range(_AT_ONCE)] == [expected[at] for at in places]
        bad = [row for row in rows[::2] if row["problem"]]
        broken += len(bad)
        assert {row["problem"] for row in bad} <= {"unreadable", "unknown_type", "bad_encoding"}
        assert all(row["kind"] in RECORD_TYPES for row in rows if not row["problem"])
    assert 0.2 < broken / (max(1, MUTATIONS // _AT_ONCE) * _AT_ONCE) < 0.95


def frame(content: bytes) -> tuple[int, int] | str:
    """Return how many records and octets of records a file has, or the code of its refusal."""
    try:
        header = read_header(content)
        framed = framed_records(content, header)
    except RefusedError as refusal:
        return refusal.code
    inside = sum(end - start for start, end in zip(framed.starts, framed.ends, strict=True))
    assert header.records == len(framed.starts)
    assert header.length + inside + 4 * len(framed.starts) <= len(content)
    return len(framed.starts), inside


def test_mutated_files_are_refused_or_framed_whole() -> None:
    draw = random.Random(11)
    whole = file_297(making.records(seed=11, count=12))
    codes: dict[str, int] = {}
    for _ in range(MUTATIONS):
        found = frame(mutated(whole, draw))
        code = found if isinstance(found, str) else "framed"
        codes[code] = codes.get(code, 0) + 1
    assert set(codes) <= REFUSALS | {"framed"}
    assert codes["framed"] and codes["truncated"] and codes["malformed"]


def test_mutated_bare_records_are_refused_or_cover_the_file() -> None:
    draw = random.Random(13)
    whole = b"".join(making.records(seed=13, count=12))
    for _ in range(MUTATIONS):
        content = mutated(whole, draw)
        try:
            framed = bare_records(content)
        except RefusedError as refusal:
            assert refusal.code == "truncated"
            continue
        inside = sum(end - start for start, end in zip(framed.starts, framed.ends, strict=True))
        assert inside + framed.padding == len(content)


# CD-13
@pytest.mark.samples
def test_every_truncation_of_the_sample_is_refused(samples: Path) -> None:
    content = next((samples / "cdr3gpp").glob("sgw-Charging*")).read_bytes()
    assert frame(content) == (10, 2_348)
    assert {frame(content[:size]) for size in range(len(content))} == {"truncated"}
    # With the length put right the cut shows in the last record or in the count.
    codes = {frame(size.to_bytes(4, "big") + content[4:size]) for size in range(54, len(content))}
    assert codes == {"truncated", "count_mismatch"}


def test_mutated_files_land_or_are_refused_with_every_record_accounted(landing: Landing) -> None:
    draw = random.Random(17)
    whole = file_297(making.records(seed=17, count=20))
    for number in range(60):
        records = making.records(seed=1_000 + number, count=20)
        records = [mutated(one, draw) if draw.random() < 0.5 else one for one in records]
        landing.drop("cdr3gpp", f"records{number}.ber", file_297(records, sequence_no=100 + number))
        landing.drop("cdr3gpp", f"file{number}.ber", mutated(whole, draw))
    report = landing()
    assert len(report.files) == 120
    for file in landing.files():
        assert "reader failed" not in (file["refusal_detail"] or "")
        if file["state"] == "landed":
            assert file["raw_records"] == file["landed_records"] + file["quarantined_records"]
    own = [file for file in landing.files() if file["file_name"].startswith("records")]
    assert [file["raw_records"] for file in own] == [20] * 60


HOSTILE = {
    "more elements than a record has": holding(78, plain(0, b"\x54") * (ELEMENTS + 1)),
    "a volume list without end": holding(78, holding(12, b"\x30\x00" * (ELEMENTS + 1))),
    "a length beyond the record": b"\xbf\x4e\x03\x85\x7f\x01",
    "a length of five octets": b"\xbf\x4e\x07\x85\x85\0\0\0\0\0",
    "a length of all ones": b"\xbf\x4e\x06\x85\x84\xff\xff\xff\xff",
    "a tag without end": b"\xbf\x4e\x05\x9f\xff\xff\xff\xff",
    "a heading that is cut": b"\xbf\x4e\x01\x9f",
    "an inner length beyond its list": holding(78, holding(12, b"\x30\x7f\x83\x01\x01")),
    "nothing": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_record_is_unreadable(name: str) -> None:
    good = making.records(seed=3, count=1)[0]
    rows = read_records([good, HOSTILE[name], good])
    assert [row["problem"] for row in rows] == [None, "unreadable", None]
    assert rows[0] == rows[2]


def test_a_record_may_have_as_many_elements_as_the_limit() -> None:
    rows = read_records([holding(78, plain(0, b"\x54") * ELEMENTS)])
    assert [row["problem"] for row in rows] == [None]


def test_indefinite_lengths_have_a_bound_of_depth() -> None:
    record = plain(0, b"\x54")
    for _ in range(ber.DEPTH + 2):
        record = indefinite(78, record)
    assert [row["problem"] for row in read_records([record])] == ["unreadable"]
    # The depth is seen before the end: what follows cannot be framed either.
    assert len(bare_records(record * 2).starts) == 1


@pytest.mark.parametrize(
    "content",
    [
        holding(78, plain(0, b"\x54") * 300_000),
        b"\xa0\x80" * 400_000,
        (b"\xa0\x80" + b"\0\0") * 100_000,
        b"\xff\0" * 400_000,
        holding(78, holding(12, *[b"\x30\x00"] * 400_000)),
        b"\xbf\x4e\x00" * 200_000,
    ],
    ids=["elements", "nested", "empty", "filler", "list", "records"],
)
def test_a_megabyte_of_nonsense_takes_time_in_line_with_its_size(content: bytes) -> None:
    started = time.process_time()
    try:
        framed = bare_records(content)
    except RefusedError:
        return
    table, _ = decode(content, *framed.spans())
    assert len(table) == len(framed.starts)
    # Work that grows with the square takes minutes here, work in line with the size a second or so.
    assert time.process_time() - started < 10


def test_a_volume_that_overflows_is_out_of_range(landing: Landing) -> None:
    def session(*volumes: bytes) -> bytes:
        parts = [encoding.sequence(plain(3, one), plain(5, b"\2")) for one in volumes]
        return holding(
            78,
            plain(3, encoding.tbcd("999700000000001")),
            plain(5, integer(1)),
            holding(12, *parts),
            plain(13, encoding.instant("260302100000+0000")),
            plain(14, integer(60)),
            plain(18, b"SGW1"),
        )

    bad = [(b"\x7f" + b"\xff" * 7,), (integer(10**15), integer(1)), (integer(-5), integer(9)),
           (b"\1" * 9,), (b"\x7f" + b"\xff" * 7,) * 40]  # fmt: skip
    landing.one("cdr3gpp", "a.ber", b"".join(session(*one) for one in bad))
    assert landing.reasons("cdr3gpp") == ["out_of_range"] * len(bad)
    assert landing.rows("cdr3gpp/cdrs") == []
