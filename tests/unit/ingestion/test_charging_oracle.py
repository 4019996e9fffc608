"""Our decoder against pycrate: field by field, on samples and random records of every type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingestion.readers.charging.framing import bare_records, framed_records
from ingestion.readers.charging.header import read_header
from ingestion.readers.charging.records import decode
from tests.charging import making, oracle


def decoded(records: list[bytes]) -> list[dict[str, Any]]:
    ends = np.cumsum([len(one) for one in records])
    starts = np.concatenate([[0], ends[:-1]])
    table, unknown = decode(b"".join(records), starts, ends)
    assert not len(unknown)
    rows = table.to_pylist()
    return [{key: value for key, value in row.items() if value is not None} for row in rows]


def compare(records: list[bytes]) -> None:
    for record, found in zip(records, decoded(records), strict=True):
        assert found == oracle.expected(record), record.hex()


@pytest.mark.parametrize("name", making.MAKERS)
def test_random_records_decode_as_by_pycrate(name: str) -> None:
    compare(making.records(seed=1, count=200, name=name))


@pytest.mark.slow
def test_a_hundred_thousand_records_decode_as_by_pycrate() -> None:
    for seed in range(10):
        compare(making.records(seed=100 + seed, count=10_000))


@pytest.mark.samples
def test_sample_records_decode_as_by_pycrate(samples: Path) -> None:
    file = next((samples / "cdr3gpp").glob("sgw-Charging*")).read_bytes()
    bare = (samples / "cdr3gpp" / "sgw-record-3.ber").read_bytes()
    for content, framed in (
        (file, framed_records(file, read_header(file))),
        (bare, bare_records(bare)),
    ):
        compare([content[a:b] for a, b in zip(framed.starts, framed.ends, strict=True)])
