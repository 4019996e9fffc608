"""Holders and result files: who is priced by what, and files that are whole or not there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.errors import PipelineError
from orchestration.rate_files.explain import EXPLAIN_HEADS, explain_rows
from orchestration.rate_files.outputs import (
    OUT_COLUMNS,
    SEGMENT_COLUMNS,
    check_target,
    write_results,
)
from orchestration.rate_files.profiles import create_holders
from orchestration.rate_files.summary import summarise


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """A connection with a small result, as the pricing models give it."""
    con = duckdb.connect()
    con.execute(
        "create view rate_out as select * from (values "
        "(0, 'u1', 'rated', null, 0.61, 'EUR', 61, 2), "
        "(1, 'u2', 'suspended', 'no_rate', null, null, null, 0), "
        "(2, 'u3', 'rejected', 'bad_quantity', null, null, null, 0), "
        "(3, 'u4', 'rated', null, 0.10, 'EUR', 10, 1)) as t(usage_no, "
        + ", ".join(OUT_COLUMNS)
        + ")"
    )
    con.execute(
        "create view rate_segments as select * from (values "
        "('u1', 1, 0, 60, timestamp '2026-03-01 10:00:00', 'peak', 'R', 60, 0.01, 0.60), "
        "('u1', 2, 60, 61, timestamp '2026-03-01 10:01:00', 'peak', 'R', 1, 0.01, 0.01), "
        "('u4', 1, 0, 10, timestamp '2026-03-01 11:00:00', 'peak', 'R', 10, 0.01, 0.10)) as t("
        + ", ".join(SEGMENT_COLUMNS)
        + ")"
    )
    return con


def holders(profiles: str, *, subjects_are_plans: bool = False) -> list[tuple[str, ...]]:
    with duckdb.connect() as con:
        con.execute(
            "create table rate_usage_rows as select * from (values ('a', 'call', '7'), "
            "('a', 'call', '7'), ('a', 'call', '8'), ('a', 'sms', '7')) "
            "as t(tenant, category, subject)"
        )
        con.execute(
            "create table rating_profiles as select *, timestamp '2020-01-01' as valid_from, "
            f"timestamp '9999-12-31' as valid_to from (values {profiles}) "
            "as t(tenant, category, subject, plan_ids)"
        )
        create_holders(con, subjects_are_plans=subjects_are_plans)
        return con.execute(
            "select tenant, category, subject, plan_ids from rate_holders order by all"
        ).fetchall()


def test_a_subject_without_a_profile_has_the_one_of_everybody() -> None:
    profiles = "('a', 'call', '7', 'P;Q'), ('a', 'call', '*any', 'R'), ('b', 'sms', '7', 'P')"
    assert holders(profiles) == [("a", "call", "7", "P;Q"), ("a", "call", "8", "R")]


def test_without_profiles_a_subject_is_its_plan() -> None:
    found = holders("('x', 'x', 'x', 'x')", subjects_are_plans=True)
    assert found == [("a", "call", "7", "7"), ("a", "call", "8", "8"), ("a", "sms", "7", "7")]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_files_have_the_documented_columns_in_order(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, suffix: str
) -> None:
    out, segments = tmp_path / f"out{suffix}", tmp_path / f"segments{suffix}"
    write_results(con, out, segments)
    found = con.execute(f"from '{out}'")
    assert tuple(column[0] for column in found.description or ()) == OUT_COLUMNS
    assert [row[0] for row in found.fetchall()] == ["u1", "u2", "u3", "u4"]
    found = con.execute(f"from '{segments}'")
    assert tuple(column[0] for column in found.description or ()) == SEGMENT_COLUMNS
    assert sorted(path.name for path in tmp_path.iterdir()) == [out.name, segments.name]


def test_a_failed_run_leaves_the_files_of_the_last_one(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    out, segments = tmp_path / "out.csv", tmp_path / "segments.csv"
    out.write_text("old", encoding="utf-8")
    con.execute("drop view rate_segments")
    with pytest.raises(duckdb.Error):
        write_results(con, out, segments)
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_target_of_no_format_or_no_folder_is_refused_first(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match=r"expected \.csv or \.parquet"):
        check_target(tmp_path / "out.xlsx")
    with pytest.raises(PipelineError, match="is no folder"):
        check_target(tmp_path / "none" / "out.csv")


def test_the_summary_adds_up_to_the_rows(con: duckdb.DuckDBPyConnection) -> None:
    found = summarise(con)
    assert (found.rows_in, found.rated) == (4, 2)
    assert found.suspended == {"no_rate": 1}
    assert found.rejected == {"bad_quantity": 1}
    assert found.charge == {"EUR": "0.71"}


def test_explain_shows_segments_and_reasons(con: duckdb.DuckDBPyConnection) -> None:
    rows = [dict(zip(EXPLAIN_HEADS, row, strict=True)) for row in explain_rows(con)]
    assert [(row["usage"], row["segment"], row["reason"]) for row in rows] == [
        ("u1", 1, None), ("u1", 2, None), ("u2", None, "no_rate"), ("u3", None, "bad_quantity"),
        ("u4", 1, None),
    ]  # fmt: skip
    assert [row["charge"] is None for row in rows] == [True, False, True, True, False]
