"""Hand-written mediation files, and a deployment to land them in."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import duckdb

from ingestion.home import Home
from ingestion.landing import land
from ingestion.report import LandingReport

_AGE_S = 60

HEADING = (
    "record_type,service_type,direction,node_id,charging_ref,record_sequence_no,closing_cause,"
    "a_number,a_number_type,b_number,b_number_type,c_number,imsi,imei,home_plmn,visited_plmn,"
    "cell_id,trunk_in,trunk_out,access_point,started_at,ended_at,duration_s,ring_s,bytes_up,"
    "bytes_down,event_count,release_cause,call_outcome,rating_group"
)
CALL: dict[str, str] = {
    "record_type": "moc", "service_type": "voice", "direction": "out", "node_id": "msc1",
    "charging_ref": "c1", "record_sequence_no": "1", "closing_cause": "normal",
    "a_number": "999601234567", "a_number_type": "international",
    "b_number": "999611234567", "b_number_type": "international", "c_number": "",
    "imsi": "999700000000001", "imei": "35123456789012", "home_plmn": "99970",
    "visited_plmn": "99970", "cell_id": "C001", "trunk_in": "", "trunk_out": "TG-BORA-1",
    "access_point": "", "started_at": "2026-03-02T10:00:00+01:00",
    "ended_at": "2026-03-02T10:01:00+01:00", "duration_s": "60", "ring_s": "5", "bytes_up": "0",
    "bytes_down": "0", "event_count": "0", "release_cause": "16", "call_outcome": "answered",
    "rating_group": "",
}  # fmt: skip


def call(**changes: str) -> str:
    """Return one data line: an answered call of a minute, with the given fields changed."""
    return ",".join((CALL | changes).values())


def mediation(
    *lines: str,
    sequence: int = 1,
    declared: tuple[int, int, int, int] | None = None,
    heading: str = HEADING,
    created: str = "2026-03-02T11:00:00Z",
    version: str = "1",
    newline: str = "\n",
) -> bytes:
    """Return a whole mediation file; the trailer declares a minute per line unless told."""
    totals = declared or (len(lines), 60_000 * len(lines), 0, 0)
    rows = [
        f"#trunkline-cdr,{version},msc1,main,{sequence},{created}",
        heading,
        *lines,
        "#end," + ",".join(str(value) for value in totals),
    ]
    return (newline.join(rows) + newline).encode()


class Landing:
    """Drops files into an inbox, lands them, reads what landed."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def drop(self, feed: str, name: str, data: bytes) -> Path:
        path = self.home.inbox / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        long_ago = time.time() - _AGE_S  # a fresh file is waited for
        os.utime(path, (long_ago, long_ago))
        return path

    def __call__(self, **options: Any) -> LandingReport:
        return land(self.home, expectations=False, **options)

    def one(self, feed: str, name: str, data: bytes) -> LandingReport:
        """Drop and land one file."""
        self.drop(feed, name, data)
        return self()

    def rows(self, folder: str, columns: str = "*") -> list[dict[str, Any]]:
        """Return the landed rows of a table, in a fixed order."""
        pattern = str(self.home.landing / folder / "**" / "*.parquet")
        with duckdb.connect() as con:
            found = con.execute(
                f"select {columns} from read_parquet(?, hive_partitioning = true, "
                "union_by_name = true) order by all",
                [pattern],
            ).to_arrow_table()
        return found.to_pylist()

    def vault(self) -> dict[str, tuple[str, str]]:
        """Return kind and identifier behind each token."""
        with duckdb.connect() as con:
            found = con.read_parquet(f"{self.home.vault}/*.parquet").fetchall()
        return {token: (kind, value) for token, kind, value, _ in found}

    def files(self) -> list[dict[str, Any]]:
        path = str(self.home.landing / "ledger" / "files.parquet")
        with duckdb.connect() as con:
            return (
                con.execute("select * from read_parquet(?) order by landed_seq, file_name", [path])
                .to_arrow_table()
                .to_pylist()
            )

    def reasons(self, feed: str) -> list[str]:
        return [row["reason_code"] for row in self.rows(f"quarantine/{feed}")]
