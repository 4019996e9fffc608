"""What a second reading makes of records that were set aside, and of no others.

What belongs here: the staged output of a batch cut down to those records. Reading does not.
"""

import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.batch import BatchResult, FileResult, Totals
from ingestion.desk.book import Outcome
from ingestion.home import Home
from ingestion.zones import offset_of_utc

NOT_FOUND = "the file as it is read now has no such record; write it off"
_MOVED = "select distinct file_id, record_no from landed"


@dataclass
class Verdicts:
    """What became of the records of one batch that were tried again.

    Attributes:
        outcomes: `landed` or `quarantined` per record.
        landed: per file, what its landed records add up to.
        quarantined: per file, what the same records counted while they were set aside.
        file_days: per file, the local days of its landed records.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    landed: dict[str, Totals] = field(default_factory=lambda: defaultdict(Totals))
    quarantined: dict[str, Totals] = field(default_factory=lambda: defaultdict(Totals))
    file_days: dict[str, set[date]] = field(default_factory=lambda: defaultdict(set))

    @property
    def days(self) -> set[date]:
        """Return the local days of all landed records."""
        return set().union(*self.file_days.values())


def judge_again(home: Home, batch: BatchResult, tried: pa.Table, time_zone: str) -> Verdicts:
    """Keep the staged rows of `tried` only, and say what became of each of its records.

    Args:
        home: the deployment the batch is staged in.
        batch: as read again; its outputs are cut down to what landed of `tried`.
        tried: file_id, record_no, reason_code, detail, duration_ms, bytes, events.
        time_zone: of local days.
    """
    verdicts = Verdicts()
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        con.register("tried", tried)
        con.execute("create temp table landed (file_id varchar, record_no integer)")
        con.execute(
            "create temp table still as "
            "select file_id, record_no, reason_code, detail from tried where false"
        )
        kept = []
        for staged, final in batch.outputs:
            path = home.staging / staged
            if final.startswith("quarantine/"):
                con.execute(
                    "insert into still select file_id, record_no, reason_code, detail "
                    "from read_parquet(?, hive_partitioning = false)",
                    [str(path)],
                )
            elif _cut_down(con, path):
                _measure(con, path, time_zone, verdicts)
                kept.append((staged, final))
        batch.outputs[:] = kept
        _decide(con, batch.files, verdicts)
    return verdicts


def _cut_down(con: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Leave only rows of `tried` in a staged file; return whether any is left."""
    cut = path.with_suffix(".cut")
    answer = con.execute(
        "copy (select found.* exclude (file_row_number) from read_parquet("
        f"'{path}', hive_partitioning = false, file_row_number = true) as found "
        "semi join tried using (file_id, record_no) order by file_row_number) "
        f"to '{cut}' (format parquet, compression zstd)"
    ).fetchone()
    if not answer or not answer[0]:
        cut.unlink(missing_ok=True)
        path.unlink()
        return False
    shutil.move(cut, path)
    return True


def _measure(
    con: duckdb.DuckDBPyConnection, path: Path, time_zone: str, verdicts: Verdicts
) -> None:
    """Add the records of a staged file to `landed`, their quantities and days to the verdicts."""
    rows = f"read_parquet('{path}', hive_partitioning = false)"
    columns = {row[0] for row in con.execute(f"describe from {rows}").fetchall()}
    con.execute(f"insert into landed select distinct file_id, record_no from {rows}")
    if "duration_ms" in columns:
        for file_id, *sums in con.execute(
            "select file_id, coalesce(sum(duration_ms), 0)::bigint, "
            "coalesce(sum(coalesce(bytes_up, 0) + coalesce(bytes_down, 0)), 0)::bigint, "
            f"coalesce(sum(event_count), 0)::bigint from {rows} group by file_id"
        ).fetchall():
            verdicts.landed[file_id] += Totals(0, *sums)
    local = "started_local"
    if local not in columns and "effective_at" in columns:
        shift = offset_of_utc("effective_at", time_zone)
        local = f"effective_at + to_minutes({shift})"
    if local in columns or "effective_at" in columns:
        for file_id, day in con.execute(
            f"select distinct file_id, cast({local} as date) as day from {rows} "
            "where day is not null"
        ).fetchall():
            verdicts.file_days[file_id].add(day)


def _decide(con: duckdb.DuckDBPyConnection, files: list[FileResult], verdicts: Verdicts) -> None:
    refused = {item.file_id: item.refusal for item in files if item.refusal is not None}
    for row in con.execute(
        "select tried.file_id, tried.record_no, landed.file_id is not null, "
        "coalesce(still.reason_code, tried.reason_code), "
        f"case when still.file_id is null then '{NOT_FOUND}' else still.detail end "
        f"from tried left join ({_MOVED}) as landed using (file_id, record_no) "
        "left join still on still.file_id = tried.file_id and still.record_no = tried.record_no "
        "order by 1, 2"
    ).fetchall():
        file_id, record_no, has_landed, reason, detail = row
        if has_landed:
            verdicts.outcomes.append(Outcome(file_id, record_no, "landed", None, None))
            continue
        if refusal := refused.get(file_id):
            detail = f"the whole file would be refused as {refusal[0]}: {refusal[1]}"
        verdicts.outcomes.append(Outcome(file_id, record_no, "quarantined", reason, detail))
    for file_id, *sums in con.execute(
        "select file_id, count(*), coalesce(sum(duration_ms), 0)::bigint, "
        "coalesce(sum(bytes), 0)::bigint, coalesce(sum(events), 0)::bigint "
        f"from tried semi join ({_MOVED}) as moved using (file_id, record_no) group by file_id"
    ).fetchall():
        verdicts.quarantined[file_id] = Totals(*sums)
        verdicts.landed[file_id] += Totals(sums[0])
