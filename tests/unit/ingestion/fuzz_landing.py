"""Land inputs by the landing itself, and hold it to its promise: refused or conserved.

What is checked of each input: it has an outcome, no reader failed on it, every record of an
accepted one is in exactly one table of records or in quarantine, and none takes over a second.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
from landing_files import Landing
from vendor_files import FRAMED, MAPPED, teach

from ingestion.expansion import expand
from ingestion.home import Home
from ingestion.reasons import REFUSALS
from tests.unit.decks.deck_files import Decks

SECONDS = 1.0
_IDLE_S = 6.0  # CPU of a batch above which its files are looked at one by one
_HEADINGS = {"trunkline-cdr": 3, "Asterisk CSV": 0, "FreeSWITCH CSV": 0, "flatstore": 0}
_PROFILE = """
first_line: '\\+[0-9]+, ?ann,.*'
columns: [a, cli, b, total, secs, cause, uuid, t]
trim: true
time_format: epoch
fields: {a_number: a, b_number: b, total_s: total, duration_s: secs, release_cause: cause,
         started_at: t}
"""


@dataclass(frozen=True)
class Input:
    """One file to land, and how it came about."""

    feed: str
    name: str  # path below the folder of the feed
    data: bytes


class Fuzzer:
    """Lands groups of inputs, each in a new deployment, and counts outcomes."""

    def __init__(self, folder: Path) -> None:
        # Memory where there is some: nothing of this needs a disk.
        shared = Path("/dev/shm")  # noqa: S108
        self._folder = shared if os.access(shared, os.W_OK) else folder
        self.outcomes: Counter[str] = Counter()
        self.failures: list[tuple[str, Input]] = []

    def land(self, inputs: Sequence[Input]) -> None:
        """Land a group of inputs of one feed; of equal bytes the first stands for all."""
        inputs = list({one.data: one for one in reversed(inputs)}.values())[::-1]
        taken = self._land(inputs, count=True)
        if taken > _IDLE_S and len(inputs) > 1:
            idle = min(self._land([inputs[0]], count=False) for _ in range(2))
            for one in inputs:
                if self._land([one], count=False) - idle > SECONDS:
                    self.failures.append(("takes too long", one))

    def _land(self, inputs: Sequence[Input], *, count: bool) -> float:
        root = Path(tempfile.mkdtemp(prefix="trunkline-fuzz-", dir=self._folder))
        try:
            landing = Landing(Home(root / "home"))
            if inputs[0].feed == "decks":
                _price(landing.home)
            profile = landing.home.root / "profiles" / "cdr" / "acme.yml"
            profile.parent.mkdir(parents=True)
            profile.write_text(_PROFILE)
            teach(landing, MAPPED)
            teach(landing, FRAMED, "epg")
            by_name = {}
            for one in inputs:
                path = landing.drop(one.feed, one.name, one.data)
                os.utime(path, (1_772_450_000, 1_772_450_000))
                by_name[path.name] = one
            started = time.process_time()
            landing(feed=inputs[0].feed)
            taken = time.process_time() - started
            if count:
                self._judge(landing, by_name)
            return taken
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def _judge(self, landing: Landing, by_name: dict[str, Input]) -> None:
        seen = set()
        records = _records(landing)
        for row in landing.files():
            name = row["file_name"].split("!")[0]
            one = by_name.get(name)
            if one is None:
                continue
            seen.add(name)
            code = row["refusal_code"]
            self.outcomes[f"refused: {code}" if code else row["state"]] += 1
            problem = None
            detail = row["refusal_detail"] or ""
            if "reader failed" in detail or "heading cannot be read" in detail:
                problem = detail
            elif row["state"] == "refused":
                problem = None if code in REFUSALS and row["raw_records"] == 0 else "refused badly"
            elif row["state"] == "landed":
                problem = _unconserved(row, records.get(row["file_id"], (0, 0, 0)), one)
            if problem:
                self.failures.append((problem, one))
        # The same bytes packed otherwise are one file, which has the name of its last sighting.
        seen |= _sighted(landing)
        self.failures += [("no outcome", by_name[name]) for name in set(by_name) - seen]


def _sighted(landing: Landing) -> set[str]:
    with closing(sqlite3.connect(landing.home.ledger)) as con:
        return {
            Path(path.split("!")[0]).name
            for (path,) in con.execute("select path from sightings").fetchall()
        }


def _price(home: Home) -> None:
    Decks(home).live()


def _records(landing: Landing) -> dict[str, tuple[int, int, int]]:
    """Return by file how many records are landed, in quarantine, and in either."""
    folder = landing.home.landing
    found: dict[bool, list[str]] = {True: [], False: []}
    for path in sorted(folder.rglob("*.parquet")):
        feed, table = path.relative_to(folder).parts[:2]
        # What tells of the file itself, and prices cut into the rows they become, are no records.
        if feed not in ("ledger", "_schema", "decks") and table != "batches":
            found[feed == "quarantine"].append(str(path))
    with duckdb.connect() as con:
        con.execute("create table records (file_id text, record_no bigint, is_bad boolean)")
        for is_bad, paths in found.items():
            for path in paths:
                names = {row[0] for row in con.execute(
                    "describe select * from read_parquet(?)", [path]).fetchall()}  # fmt: skip
                if {"file_id", "record_no"} <= names:
                    con.execute(
                        "insert into records select file_id, record_no, ? from read_parquet(?)",
                        [is_bad, path],
                    )
        return {
            row[0]: row[1:]
            for row in con.execute(
                "select file_id, count(distinct record_no) filter (not is_bad), "
                "count(distinct record_no) filter (is_bad), count(distinct record_no) "
                "from records group by file_id"
            ).fetchall()
        }


def _unconserved(row: dict[str, object], records: tuple[int, int, int], one: Input) -> str | None:
    if one.feed == "decks":
        return None  # tests/unit/decks compares its prices with its rows
    landed, bad, either = records
    told = (row["landed_records"], row["quarantined_records"], row["raw_records"])
    if (landed, bad, either) != told:
        return f"{told} told, {(landed, bad, either)} there"
    headings = _HEADINGS.get(str(row["format"]))
    if headings is None or "!" in str(row["file_name"]):
        return None
    content = expand(one.data).removeprefix(b"\xef\xbb\xbf")
    trimmed = content.rstrip(b"\r\n") if headings else content.removesuffix(b"\n")
    found = trimmed.count(b"\n") + 1 - headings
    return None if found == either else f"{found} lines of records, {either} there"
