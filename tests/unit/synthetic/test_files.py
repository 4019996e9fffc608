"""Files as the outside sends them: names, headers, trailers, hours, faults as the key says."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from ingestion.synthetic.calendar import local_day, local_text
from ingestion.synthetic.faults import DAMAGES
from ingestion.synthetic.records import COLUMNS

from .conftest import World

NAME = re.compile(r"cdr_(msc1|fix1|pgw1)_main_(\d{8}T\d{6})Z_(\d+)(-copy)?\.csv(\.gz)?")


def lines_of(path: Path) -> list[bytes]:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).split(b"\n")


def mediation(world: World, day: str = "*") -> list[Path]:
    return sorted((world.inbox / "mediation").glob(f"{day}/cdr_*"))


def originals(world: World, day: str = "*") -> list[Path]:
    return [path for path in mediation(world, day) if "-copy" not in path.name]


def test_every_file_has_the_contracts_header_columns_and_trailer(october: World) -> None:
    bad = {row["file_name"] for row in october.key("faults") if row["fault"] == "wrong_trailer"}
    for path in originals(october):
        match = NAME.fullmatch(path.name)
        assert match, path.name
        node, stamp, sequence = match.group(1, 2, 3)
        lines = lines_of(path)
        header = lines[0].decode().split(",")
        assert header[:5] == ["#trunkline-cdr", "1", node, "main", sequence]
        hour = datetime.strptime(stamp + "+0000", "%Y%m%dT%H%M%S%z")
        assert datetime.fromisoformat(header[5]) > hour + timedelta(hours=1)
        assert lines[1].decode() == COLUMNS
        assert lines[-1] == b""
        declared = int(lines[-2].split(b",")[1])
        assert (declared == len(lines) - 4) == (path.name not in bad)


def test_declared_totals_are_the_sums_of_the_records(october: World) -> None:
    """Broken records carry no quantity, so only lines of 30 readable fields count."""
    for path in originals(october, "2025-10-0[1-9]"):
        lines = lines_of(path)
        fields = [line.decode(errors="replace").split(",") for line in lines[2:-2]]
        whole = [one for one in fields if len(one) == 30]
        seconds = sum(int(one[22]) for one in whole)
        volume = sum(int(one[24]) + int(one[25]) for one in whole)
        events = sum(int(one[26]) for one in whole)
        assert lines[-2].decode().split(",")[2:] == [str(seconds * 1000), str(volume), str(events)]


def test_the_day_the_clock_goes_back_has_25_files_per_node(october: World) -> None:
    nodes = Counter(path.name.split("_")[1] for path in originals(october, "2025-10-26"))
    assert nodes == {"msc1": 25, "fix1": 25, "pgw1": 25}


def test_the_day_the_clock_goes_forward_has_23_hours() -> None:
    spring = local_day(date(2026, 3, 29))
    assert spring.hours == 23
    assert list(spring.local_hours[:4]) == [0, 1, 3, 4]
    assert local_text(spring.start + 2 * 3600 + 5) == "2026-03-29T03:00:05+02:00"


def test_local_times_carry_the_offset_of_their_own_hour(october: World) -> None:
    offsets: dict[str, set[str]] = {}
    for path in originals(october, "2025-10-26"):
        for line in lines_of(path)[2:-2]:
            fields = line.decode(errors="replace").split(",")
            if len(fields) == 30 and fields[20].startswith("2025-10-26T"):
                offsets.setdefault(fields[20][11:13], set()).add(fields[20][19:])
    assert len(offsets) > 10
    for hour, seen in offsets.items():
        if hour != "02":
            assert seen == {"+02:00" if hour < "02" else "+01:00"}


def test_files_hold_the_records_that_start_in_their_hour(october: World) -> None:
    special = {row["file_name"] for row in october.key("faults")}
    for path in originals(october, "2025-10-2[5-7]"):
        if path.name in special:
            continue
        hour = datetime.strptime(path.name.split("_")[3] + "+0000", "%Y%m%dT%H%M%SZ%z")
        for line in lines_of(path)[2:-2]:
            start = datetime.fromisoformat(line.decode().split(",")[20])
            assert timedelta(0) <= start - hour < timedelta(hours=1)


def sequence_of(name: str) -> int:
    match = NAME.fullmatch(name)
    assert match, name
    return int(match.group(3))


def test_sequences_run_on_without_a_gap_but_for_the_missing_file(october: World) -> None:
    missing = [row for row in october.key("faults") if row["fault"] == "missing_file"]
    for node in ("msc1", "fix1", "pgw1"):
        found = {sequence_of(path.name) for path in originals(october) if node in path.name}
        gone = {sequence_of(row["file_name"]) for row in missing if node in row["file_name"]}
        assert set(range(1, 31 * 24 + 2)) - found == gone
    assert len(missing) == 1


def test_the_key_lists_every_file_with_its_records(october: World) -> None:
    files = {row["file_name"]: row for row in october.key("files")}
    assert {path.name for path in mediation(october)} == set(files)
    for path in originals(october):
        row = files[path.name]
        assert int(row["raw_records"]) == len(lines_of(path)) - 4
        if row["state"] == "landed":
            parts = int(row["landed_records"]) + int(row["quarantined_records"])
            assert parts == int(row["raw_records"])


def test_every_reason_is_planted_at_the_line_the_key_names(october: World) -> None:
    rows = [row for row in october.key("faults") if row["fault"] in {one[0] for one in DAMAGES}]
    assert {row["fault"] for row in rows} == {one[0] for one in DAMAGES}
    paths = {path.name: path for path in originals(october)}
    blank = next(row for row in rows if row["detail"] == "blank line")
    assert lines_of(paths[blank["file_name"]])[int(blank["line"]) - 1] == b""
    quoted = next(row for row in rows if row["detail"] == "quote never closed")
    assert b'"' in lines_of(paths[quoted["file_name"]])[int(quoted["line"]) - 1]


def test_a_duplicate_is_the_same_line_and_a_conflict_another_one(october: World) -> None:
    paths = {path.name: path for path in originals(october)}
    by_ref: dict[str, list[bytes]] = {}
    for path in paths.values():
        for line in lines_of(path)[2:-2]:
            fields = line.split(b",")
            if len(fields) > 4:
                by_ref.setdefault(fields[4].decode(), []).append(line)
    kinds = Counter()
    for row in october.key("faults"):
        if row["fault"] in {"duplicate", "conflict"}:
            twins = by_ref[row["detail"].split()[-1]]
            assert len(twins) == 2
            assert (len(set(twins)) == 1) == (row["fault"] == "duplicate")
            kinds[row["fault"]] += 1
    assert kinds["duplicate"] >= 5
    assert kinds["conflict"] >= 1


def test_a_second_delivery_holds_the_same_content(october: World) -> None:
    copies = [path for path in mediation(october) if "-copy" in path.name]
    assert {path.suffix for path in copies} == {".csv", ".gz"}
    for copy in copies:
        first = copy.with_name(copy.name.split("-copy")[0] + ".csv.gz")
        assert lines_of(copy) == lines_of(first)


def test_counter_files_name_the_offsets_at_both_ends_of_the_day(october: World) -> None:
    names = {path.name for path in (october.inbox / "pm").iterdir()}
    assert "C20251026.0000+0200-0000+0100_AURELIA.xml.gz" in names
    assert len(names) == 31


def test_a_carrier_sends_prices_that_begin_after_the_world(october: World) -> None:
    (path,) = (october.inbox / "decks" / "transglobe").iterdir()
    rows = october.key("rate_decks")
    assert path.read_text().count("\n") == len(rows) + 1
    assert {row["valid_from"] for row in rows} == {"2026-01-01"}
    changes = Counter(row["change"] for row in rows)
    assert changes.keys() == {"up", "down", "unchanged", "ended"}
    assert changes["ended"] == 1


def test_payments_name_accounts_and_never_exceed_a_bill(october: World) -> None:
    paths = sorted((october.inbox / "payments").glob("*.csv"))
    accounts = {f"AC{number:07d}" for number in range(1, 80)}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert row["account_id"] in accounts
                assert Decimal(row["amount"]) > 0
                assert row["paid_at"][:10].replace("-", "") == path.stem.split("_")[1]
