"""Instants of the usual form are read as columns exactly as SQL reads them one by one."""

from __future__ import annotations

import random

import duckdb
import pyarrow as pa
import pytest

from ingestion.readers.instants import usual_instants, with_instants

ODD = (
    "2026-03-02 10:00:00+01:00", "2026-03-02T10:00:00.5+0100", "2026-03-02T10:00:00.1234Z",
    "2026-03-02T10:00:00.12+01", "2026-03-02T10:00:00+15:00", "2026-02-29T10:00:00+01:00",
    "2026-03-02T24:00:00+01:00", "2026-03-02T10:00:60+01:00", "0999-03-02T10:00:00+01:00",
    "2026-03-02T10:00:00+01:60", "2026-03-02T10:00:00,01:00", "2026-03-02t10:00:00+01:00",
    "2026-03-02T10:00:00z", "", "x" * 25, "x" * 20,
)  # fmt: skip


def _by_sql(texts: pa.Array) -> list[object]:
    with duckdb.connect() as con:
        hints = pa.nulls(len(texts), pa.int32())
        con.register("t", pa.table({"shift_hint": hints, "started_at": texts, "ended_at": texts}))
        found = con.execute(f"select started_utc from ({with_instants('t', None)})")
        return [at for (at,) in found.fetchall()]


@pytest.mark.parametrize("odd", ODD)
def test_one_text_of_another_form_leaves_all_to_sql(odd: str) -> None:
    usual = "2026-03-02T10:00:00Z" if len(odd) == 20 else "2026-03-02T10:00:00+01:00"
    assert usual_instants(pa.array([usual])) is not None
    assert usual_instants(pa.array([usual, odd])) is None
    assert usual_instants(pa.array([usual, None])) is None


@pytest.mark.parametrize("seed", range(4))
def test_usual_instants_are_those_that_sql_reads(seed: int) -> None:
    dice = random.Random(seed)
    read = []
    for _ in range(400):
        clock = [dice.randint(0, most) for most in (13, 32, 24, 60, 60, 15, 60)]
        text = "{}-{:02}-{:02}T{:02}:{:02}:{:02}".format(dice.choice((1989, 2024, 2026)), *clock)
        text += dice.choice(("Z", "{}{:02}:{:02}".format(dice.choice("+-"), *clock[5:])))
        # A slice, so that the buffer holds more than what is asked.
        found = usual_instants(pa.array(["x", text, "y"]).slice(1, 1))
        if found is not None:
            read.append((text, *found.to_pylist()))
    assert len(read) > 100
    assert [at for _, at in read] == _by_sql(pa.array([text for text, _ in read]))
