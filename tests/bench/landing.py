"""Mediation CSV landed against its floor: the same file read as text by DuckDB, written to Parquet.

Each way runs in a process of its own and counts the CPU of its own work, workers included, not that
of starting Python and importing libraries, nor the empty files that a deployment begins with. The
floor keeps text: no line numbers, types, rules, hashes or tokens.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pandas  # noqa: F401  # pyarrow imports it with its first array

from ingestion.home import Home
from ingestion.landing import land
from ingestion.schema_files import ensure_schema_files

HEADING = (
    "record_type,service_type,direction,node_id,charging_ref,record_sequence_no,closing_cause,"
    "a_number,a_number_type,b_number,b_number_type,c_number,imsi,imei,home_plmn,visited_plmn,"
    "cell_id,trunk_in,trunk_out,access_point,started_at,ended_at,duration_s,ring_s,bytes_up,"
    "bytes_down,event_count,release_cause,call_outcome,rating_group"
)
_SUBSCRIBERS = 20_000
_CALLED = 200_000
_FILE_LINES = 100_000  # of one of several files, as a mediation node cuts them


@dataclass(frozen=True)
class Cost:
    """CPU seconds of one way over all files, and the peak memory of its largest process."""

    cpu_s: float
    peak_mib: float


@dataclass(frozen=True)
class Landing:
    """Records, bytes, and what both ways cost: medians, and the range of the ratios."""

    records: int
    size_mib: float
    ours: Cost
    floor: Cost
    ratio: float
    least: float
    most: float


def write_files(folder: Path, records: int, lines: int = _FILE_LINES) -> list[Path]:
    """Write mediation files of `lines` calls each; the same for the same numbers."""
    folder.mkdir(parents=True)
    dice, start = random.Random(1), datetime(2026, 3, 2, 6, 0, tzinfo=timezone(timedelta(hours=1)))
    paths = []
    for number, first in enumerate(range(0, records, lines), start=1):
        total, body = 0, []
        for at in range(first, min(first + lines, records)):
            seconds, who = dice.randrange(1, 900), dice.randrange(_SUBSCRIBERS)
            begun = start + timedelta(seconds=dice.randrange(50_000))
            total += seconds
            body.append(
                f"moc,voice,out,msc1,c{at},1,normal,9996{who:08},international,"
                f"9997{dice.randrange(_CALLED):08},international,,99970{who:010},"
                f"3512345{who:07},99970,99970,C{who % 997:03},,TG-BORA-1,,"
                f"{begun.isoformat()},{(begun + timedelta(seconds=seconds)).isoformat()}"
                f",{seconds},5,0,0,0,16,answered,"
            )
        path = folder / f"{number}.csv"
        head = f"#trunkline-cdr,1,msc1,main,{number},2026-03-02T23:00:00Z\n{HEADING}\n"
        tail = f"\n#end,{len(body)},{1000 * total},0,0\n"
        path.write_text(head + "\n".join(body) + tail)
        paths.append(path)
    return paths


def measure(folder: Path, records: int, lines: int, rounds: int) -> Landing:
    """Land files of `lines` and copy them as text in turn; compare within each round."""
    paths = write_files(folder / "sent", records, lines)
    ours, floors = [], []
    for number in range(rounds):
        floors.append(_cost("floor", folder / f"floor{number}", paths))
        ours.append(_cost("land", folder / f"home{number}", paths))
    ratios = [one.cpu_s / other.cpu_s for one, other in zip(ours, floors, strict=True)]
    return Landing(
        records,
        sum(path.stat().st_size for path in paths) / 2**20,
        _median(ours),
        _median(floors),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
    )


def memory(folder: Path, lines: int) -> list[tuple[int, Cost]]:
    """Land one file of `lines` records, and one of four times as many."""
    found = []
    for records in (lines, 4 * lines):
        paths = write_files(folder / f"one{records}", records, records)
        found.append((records, _cost("land", folder / f"home-one{records}", paths)))
    return found


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu_s for cost in costs),
        statistics.median(cost.peak_mib for cost in costs),
    )


def _cost(way: str, target: Path, paths: list[Path]) -> Cost:
    command = [sys.executable, "-m", "tests.bench.landing", way, str(target), *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _land(target: Path, paths: list[Path]) -> None:
    report = land(Home(target), paths, "mediation", expectations=False)
    if report.refused or report.quarantined:
        raise RuntimeError(f"{report.refused} files refused, {report.quarantined} records bad")


def _floor(target: Path, paths: list[Path]) -> None:
    target.mkdir()
    names = ", ".join(f"'{name}': 'VARCHAR'" for name in HEADING.split(","))
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        for number, path in enumerate(paths):
            con.execute(
                f"copy (select * from read_csv('{path}', header = false, auto_detect = false, "
                f"skip = 2, null_padding = true, columns = {{{names}}})) "
                f"to '{target / str(number)}.parquet' (format parquet, compression zstd)"
            )


_WAYS: dict[str, Callable[[Path, list[Path]], None]] = {"land": _land, "floor": _floor}


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Run one way and print what it cost."""
    way, target, *paths = sys.argv[1:]
    if way == "land":
        ensure_schema_files(Home(Path(target)))
    before = _cpu()
    _WAYS[way](Path(target), [Path(path) for path in paths])
    taken = _cpu() - before
    peak = max(_own_peak_kib(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print(json.dumps({"cpu_s": taken, "peak_mib": peak / 1024}))


def _own_peak_kib() -> int:
    """Return this process's peak; `ru_maxrss` would begin at what the parent had when it forked."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
