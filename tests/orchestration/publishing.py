"""A tiny hand-made warehouse, and one publication of it in a process that may be killed.

`python -m tests.orchestration.publishing HOME NUMBER` publishes build NUMBER under HOME/published;
the kill-point tests start it with TRUNKLINE_KILL_AT.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from orchestration.audit import DbtEvidence
from orchestration.locks import writer_lock
from orchestration.publication import Build, Published, publish

TABLES = {
    "fct_bills": "Grain: one bill.",
    "fct_bill_lines": "Grain: one bill line.",
    "fct_control_results": "Grain: one control and scope.",
}


def make_build(home: Path, number: int, *, control_passes: bool = True, lines: int = 50) -> Build:
    """Write warehouse/build.duckdb whose every figure says `number`."""
    path = home / "warehouse" / "build.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"create table fct_bill_lines as select 'b' || (i % 5) as bill_id, 'l' || i as "
            f"bill_line_id, cast({number} as decimal(18, 2)) as net_amount, {number} as build_no "
            f"from range({lines}) as r(i)"
        )
        connection.execute(
            "create table fct_bills as select bill_id, sum(net_amount)::decimal(18, 2) as "
            "net_amount, any_value(build_no) as build_no from fct_bill_lines group by bill_id"
        )
        connection.execute(
            "create table fct_control_results as select 'RA10' as control_id, 'all' as "
            "scope_value, 0::decimal(38, 6) as expected_value, "
            f"{0 if control_passes else 3}::decimal(38, 6) as actual_value, "
            f"{0 if control_passes else 3}::decimal(38, 6) as difference_value, "
            "0::decimal(38, 6) as tolerance_value, 'EUR' as unit, "
            f"{control_passes} as is_passed, true as is_blocking, "
            "timestamp '2026-10-31 23:00:00' as checked_at"
        )
        connection.execute("create view not_public as select 1 as one")
    return Build(
        database=path,
        tables=TABLES,
        dbt=DbtEvidence(invocation_id="test", tests_passed=3),
        facts={"config_hash": "c1", "time_zone": "Europe/Madrid"},
    )


def publish_number(home: Path, number: int, **options: bool) -> Published:
    """Make build `number` and publish it."""
    with writer_lock(home / "warehouse", f"publish {number}"):
        build = make_build(home, number)
        return publish(home / "published", build, **options)


def build_number_of(database: Path) -> int:
    """Return the one number every row of a published file says; a mixture raises."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{database}' as published (read_only)")
        rows = connection.execute(
            "select distinct build_no from published.fct_bills union "
            "select distinct build_no from published.fct_bill_lines"
        ).fetchall()
    assert len(rows) == 1, rows
    return int(rows[0][0])


if __name__ == "__main__":
    publish_number(Path(sys.argv[1]), int(sys.argv[2]))
