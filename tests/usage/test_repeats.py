"""Records that come again, landed and put through the model as dbt compiles it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from folding import RELATION

from ingestion.home import Home
from ingestion.landing import land

HEADING = (
    "record_type,service_type,direction,node_id,charging_ref,record_sequence_no,closing_cause,"
    "a_number,a_number_type,b_number,b_number_type,imsi,started_at,ended_at,duration_s,cell_id"
)
CALL = (
    "moc,voice,out,msc1,{ref},1,normal,999601234567,international,999611234567,international,"
    "999700000000001,2026-03-02T10:00:00+01:00,2026-03-02T10:01:00+01:00,60,{cell}"
)
FIRST = datetime(2026, 3, 2, 11, tzinfo=UTC)


def send(folder: Path, sequence: int, after: timedelta, *calls: tuple[str, str]) -> None:
    """Write a file that was closed `after` the first one; a call is its reference and cell."""
    lines = [
        f"#trunkline-cdr,1,msc1,main,{sequence},{(FIRST + after).isoformat()}",
        HEADING,
        *(CALL.format(ref=ref, cell=cell) for ref, cell in calls),
        f"#end,{len(calls)},{60_000 * len(calls)},0,0",
    ]
    (folder / f"{sequence}.csv").write_text("\n".join(lines) + "\n")


# MC-14
def test_a_copy_within_90_days_is_a_duplicate_and_any_other_a_conflict(
    tmp_path: Path, repo_root: Path, models: dict[str, str]
) -> None:
    """Call `soon` comes again on the last day of its window, `late` on the day after."""
    sent = tmp_path / "sent"
    sent.mkdir()
    send(sent, 1, timedelta(), ("once", "C1"), ("soon", "C1"), ("late", "C1"), ("other", "C1"))
    send(sent, 2, timedelta(hours=1), ("other", "C2"))
    send(sent, 3, timedelta(days=90), ("soon", "C1"))
    send(sent, 4, timedelta(days=91), ("late", "C1"))
    home = Home(tmp_path)
    assert land(home, [sent], "mediation", expectations=False).records == 7

    con = duckdb.connect()
    landed = home.landing / "mediation" / "cdrs" / "**" / "*.parquet"
    con.execute(
        "create view int_usage__received as select *, 'mediation' as feed "
        f"from read_parquet('{landed}', hive_partitioning = true, union_by_name = true)"
    )
    files = home.landing / "ledger" / "files.parquet"
    con.execute(f"create view dim_files as select * from read_parquet('{files}')")
    windows = repo_root / "ingestion" / "reference" / "repeat_windows.csv"
    con.execute(f"create table repeat_windows as select * from read_csv('{windows}')")
    repeated = models["int_usage__repeated"].replace(RELATION, "")
    found = con.execute(
        f"select charging_ref, sequence_no, outcome from ({repeated}) "
        "inner join int_usage__received using (file_id, record_no) "
        "inner join dim_files using (file_id) order by 1"
    ).fetchall()
    assert found == [("late", 4, "conflict"), ("other", 2, "conflict"), ("soon", 3, "duplicate")]
