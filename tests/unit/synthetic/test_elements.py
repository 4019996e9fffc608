"""What the second gateway and the SIP proxy send: files, faults, and that nothing comes twice."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.landing import land

from .conftest import World
from .element_records import calls_of, gateway_records, opened, sessions_of

READ: dict[str, Callable[[Path], list[dict[str, str]]]] = {
    "cdr3gpp": sessions_of, "switch_opensips": calls_of,
}  # fmt: skip


def landed_files(world: World, feed: str) -> list[tuple[dict[str, str], Path]]:
    return [
        (row, world.inbox / feed / row["file_name"])
        for row in world.key("element_files")
        if row["feed"] == feed and row["state"] == "landed"
    ]


@pytest.mark.parametrize("feed", READ)
def test_the_key_counts_what_the_files_hold(october: World, feed: str) -> None:
    for row, path in landed_files(october, feed):
        usage = READ[feed](path)
        volume = sum(int(one["bytes_up"]) + int(one["bytes_down"]) for one in usage)
        seconds = sum(int(one["duration_s"]) for one in usage)
        found = (len(usage), seconds, volume)
        assert found == tuple(int(row[name]) for name in ("usage_events", "duration_s", "bytes"))
    assert len(landed_files(october, feed)) > 10
    named = {row["file_name"] for row in october.key("element_files")
             if row["feed"] == feed and row["state"] != "missing_file"}  # fmt: skip
    assert named == {path.name for path in (october.inbox / feed).iterdir()}


def test_the_owners_are_firms_behind_these_elements_alone(october: World) -> None:
    """Nothing of theirs that these elements record is also in a mediation file."""
    sims = {
        one["imsi"] for _, path in landed_files(october, "cdr3gpp") for one in sessions_of(path)
    }
    lines = {one["a_number"] for _, path in landed_files(october, "switch_opensips")
             for one in calls_of(path)}  # fmt: skip
    assert len(sims) == 5
    assert 1 <= len(lines) <= 3
    mediated = Counter[str]()
    for path in (october.inbox / "mediation").glob("*/*.csv.gz"):
        text = gzip.decompress(path.read_bytes()).decode(errors="replace").split("\n")
        for row in csv.DictReader(text[1:-2]):
            mediated["data"] += row["record_type"] == "data" and row["imsi"] in sims
            is_call = row["record_type"] == "moc" and row["a_number"] in lines
            mediated["call"] += is_call and len(row["b_number"] or "") > 6
    assert not +mediated


def test_long_sessions_are_told_in_parts_and_a_known_share_lacks_one(october: World) -> None:
    lost = {row["file_name"]: row["detail"] for row in october.key("faults")
            if row["fault"] == "lost_partial"}  # fmt: skip
    gaps, long = {}, 0
    for row, path in landed_files(october, "cdr3gpp"):
        parts = defaultdict(list)
        for one in gateway_records(path):
            parts[one["chargingID"]].append(one)
        for reference, some in parts.items():
            some.sort(key=opened)
            numbers = [one.get("recordSequenceNumber", 1) for one in some]
            causes = [one["causeForRecClosing"] for one in some]
            assert causes == [17] * (len(some) - 1) + [0]
            assert len({opened(one).date() for one in some}) == 1
            long += numbers[-1] >= 3
            if numbers != list(range(1, len(some) + 1)):
                assert numbers == [1, 3]
                gaps[row["file_name"]] = f"record 2 of 3 of charging id {reference}"
    assert gaps == lost
    assert 1 <= len(lost) < long


def test_each_file_lands_as_the_key_says(october: World, tmp_path: Path) -> None:
    home = Home(tmp_path)
    for feed in READ:
        land(home, [october.inbox / feed], feed, expectations=False)
    with duckdb.connect() as con:
        files = con.execute(
            "select feed, file_name, state, landed_records, quarantined_records, findings, "
            f"created_at from read_parquet('{home.landing}/ledger/files.parquet')"
        ).fetchall()
    found = {(feed, name): (state, records, bad) for feed, name, state, records, bad, *_ in files}
    assert found == {
        (row["feed"], row["file_name"]): (row["state"], int(row["landed_records"]), 0)
        for row in october.key("element_files")
        if row["state"] != "missing_file"
    }
    gaps = [note["detail"] for _, _, _, _, _, notes, _ in files for note in json.loads(notes)
            if note["code"] == "sequence_gap"]  # fmt: skip
    missing = [row for row in october.key("element_files") if row["state"] == "missing_file"]
    (number,) = (row["sequence_no"] for row in missing)
    assert gaps == [f"1 files missing: sequence {number} to {number}"]
    assert all(at is not None and at.year == 2025 for *_, at in files)
