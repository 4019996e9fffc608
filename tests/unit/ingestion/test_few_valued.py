"""Texts asked once: leaving out rules and reading distinct texts changes nothing of a record."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from landing_files import CALL, Landing, call, mediation

from ingestion import zones
from ingestion.readers import cdr_rules, cdr_sql
from ingestion.readers.few_valued import encoded_anew, read_columns
from ingestion.readers.instants import usual_instants
from ingestion.readers.parties import odd_numbers
from ingestion.readers.possible_rules import possible_rules
from ingestion.readers.profile import load_profile
from ingestion.usage_columns import TEXT_COLUMNS

PROFILE = load_profile("trunkline_cdr_1")
RULES = cdr_rules.rules(24)
STRANGE = ("", "1", "-1", "1.5", "1.2345", "9" * 30, "abc", "data", "end", "99970", "+999", "é")


def texts(seed: int, kind: pa.DataType) -> pa.Table:
    """Return calls of which some have a strange text somewhere; a dictionary may hold more."""
    dice = random.Random(seed)
    rows = [dict(CALL) for _ in range(12)]
    for row in rows[: dice.randrange(12)]:
        row[dice.choice(TEXT_COLUMNS)] = dice.choice(STRANGE)
    columns = {
        name: pa.array([row.get(name) or None for row in rows], pa.string()).cast(kind)
        for name in TEXT_COLUMNS
    }
    size = len(rows)
    fixed = {
        "problem": pa.nulls(size, pa.string()),
        "shift_hint": pa.nulls(size, pa.int32()),
        "tolerance_s": pa.array([1] * size, pa.int32()),
    }
    return pa.table(fixed | columns)


INSTANTS = (
    "1989-12-31T23:59:59Z", "1990-01-01T00:00:00Z", "2026-03-02T09:00:00Z", "2026-03-02T09:01:00Z",
    "2026-03-03T11:00:00Z", "2026-03-03T11:00:01Z", "9999-12-31T23:59:59Z",
)  # fmt: skip


def of_instants(seed: int) -> pa.Table:
    """Return calls of a minute that begin and end at any of a few instants, all of usual form."""
    dice = random.Random(seed)
    held = texts(0, pa.dictionary(pa.int32(), pa.string())).slice(11)
    held = held.take(pa.array([0] * 3))
    several = dice.sample(INSTANTS, dice.choice((1, 2, 3)))
    for name in ("started_at", "ended_at"):
        column = pa.array([dice.choice(several) for _ in range(3)])
        held = held.set_column(held.column_names.index(name), name, column)
    return held


def with_instants(held: pa.Table) -> pa.Table:
    for name in ("started", "ended"):
        read = usual_instants(held[f"{name}_at"].combine_chunks())
        assert read is not None
        held = held.append_column(f"{name}_usual", read)
    return held


def verdicts(held: pa.Table, *, all_rules: bool) -> pa.Table:
    with duckdb.connect(config={"threads": 1}) as con:
        written = duckdb.sql("select timestamp '2026-03-02 11:00:00' as at").to_arrow_table()["at"]
        places = pa.array([0] * len(held), pa.int32())
        table = held.append_column("written_at", written.combine_chunks().take(places))
        table = read_columns(con, table, cdr_sql.READ)
        rules = RULES if all_rules else possible_rules(con, table, RULES, odd_numbers(table))
        found = con.execute(cdr_sql.verdicts(PROFILE, rules)).to_arrow_table()
        return found.append_column("duration_ms_read", table["duration_ms_read"])


@pytest.mark.parametrize("seed", range(25))
def test_rules_left_out_and_dictionaries_change_no_verdict(seed: int) -> None:
    few = pa.dictionary(pa.int32(), pa.string())
    plain = verdicts(texts(seed, pa.string()), all_rules=True)
    assert verdicts(texts(seed, few), all_rules=False).to_pylist() == plain.to_pylist()


@pytest.mark.parametrize("seed", range(60))
def test_rules_of_instants_left_out_by_the_extremes_change_no_verdict(seed: int) -> None:
    held = of_instants(seed)
    left = verdicts(with_instants(held), all_rules=False)["verdict"]
    assert left == verdicts(held, all_rules=True)["verdict"]


def test_good_records_are_asked_no_rule_about_a_code_or_a_quantity() -> None:
    held = texts(0, pa.dictionary(pa.int32(), pa.string())).slice(11)  # the last is as it should be
    held = pa.table({n: pa.chunked_array([encoded_anew(c.combine_chunks())])
                     if pa.types.is_dictionary(c.type) else c
                     for n, c in zip(held.column_names, held.columns, strict=True)})  # fmt: skip
    with duckdb.connect() as con:
        asked = {code for code, _, _ in possible_rules(con, held, RULES, {})}
    assert asked.isdisjoint({"bad_code", "unknown_type", "bad_type", "bad_scale", "out_of_range"})


def test_a_landed_file_holds_no_text_of_other_records(landing: Landing) -> None:
    moved = {"started_at": "2026-03-01T10:00:00+01:00", "ended_at": "2026-03-01T10:01:00+01:00"}
    lines = [
        call(charging_ref="1", cell_id="C1"),
        call(charging_ref="2", cell_id="C2", **moved),
        call(charging_ref="3", cell_id="34600123456", duration_s="many"),
    ]
    landing.one("mediation", "a.csv", mediation(*lines, declared=(3, 120_000, 0, 0)))
    days = (landing.home.landing / "mediation" / "cdrs").glob("usage_date=2026-03-*/*.parquet")
    held = [
        pq.read_table(path, read_dictionary=["cell_id"])["cell_id"].chunk(0).dictionary.to_pylist()
        for path in sorted(days)
        if not path.name.startswith("_")
    ]
    assert held == [["C2"], ["C1"]]


def test_a_span_of_instants_needs_no_other_clock_changes() -> None:
    start, hours = datetime(2025, 10, 25, 20), 40  # noqa: DTZ001 - naive UTC, as SQL has it
    span = (start, start + timedelta(hours=hours))
    columns = ", ".join(
        f"{sql('utc', 'Europe/Madrid', part)}"
        for part in (None, span)
        for sql in (zones.offset_of_utc, zones.is_second_pass)
    )
    rows = duckdb.execute(
        f"select {columns} from "
        "(select ?::timestamp + to_minutes(10 * step) as utc from range(?) as steps(step))",
        [start, 6 * hours],
    ).fetchall()
    assert all(row[:2] == row[2:] for row in rows)
    assert {row[2:] for row in rows} == {(120, False), (60, True), (60, False)}
