"""Halves of calls, landed and put through the models of `usage/` as dbt compiles them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from folding import MODELS, RELATION

from ingestion.home import Home
from ingestion.landing import land


def built(home: Home, models: dict[str, str]) -> duckdb.DuckDBPyConnection:
    """Build the usage models over what landed."""
    con = duckdb.connect()
    landed = home.landing / "switch_opensips" / "cdrs" / "**" / "*.parquet"
    files = home.landing / "ledger" / "files.parquet"
    con.execute(
        "create view int_usage__received as "
        "select *, bytes_up + bytes_down as bytes_total, 'switch_opensips' as feed "
        f"from read_parquet('{landed}', hive_partitioning = true, union_by_name = true)"
    )
    con.execute(f"create view dim_files as select * from read_parquet('{files}')")
    con.execute(
        "create table dim_usage_filters (filter_id text, field text, prefix text, "
        "valid_from date, valid_to date)"
    )
    con.execute("create table repeat_windows (feed text, window_days integer)")
    con.execute(
        "create table dim_ported_numbers (number text, routing_prefix text, valid_from timestamp, "
        "valid_to timestamp)"
    )
    for name in MODELS:
        con.execute(f"create table {name} as {models[name].replace(RELATION, '')}")
    return con


# OS-1, OS-4
@pytest.mark.samples
@pytest.mark.parametrize("variant", ["fullSuccessfull", "ackSuccessfull"])
def test_both_variants_of_the_same_four_calls_last_the_same(
    tmp_path: Path, samples: Path, models: dict[str, str], variant: str
) -> None:
    home = Home(tmp_path)
    files = [f"opensips-flatstore-{name}.csv" for name in (variant, "fullMissed")]
    land(home, [samples / "switchcdr" / name for name in files], expectations=False)
    con = built(home, models)
    lasted = con.execute(
        "select duration_s from fct_usage_events where call_outcome = 'answered' "
        "order by started_at"
    ).fetchall()
    assert lasted == [(2,), (4,), (4,), (2,)]
    missed = con.execute(
        "select release_cause from fct_usage_events where duration_s = 0 order by started_at"
    ).fetchall()
    assert missed == [(487,), (1,), (17,)]
    folded = con.execute(
        "select count(*), count(distinct usage_id) from fct_raw_records where outcome = 'canonical'"
    ).fetchone()
    assert folded == ({"fullSuccessfull": 8, "ackSuccessfull": 12}[variant] + 3, 7)


INVITE = "INVITE|t1|t2|call-{n}|200|OK|{at}|*prepaid|+999601234567|+999611234567||d"
BYE = "BYE|t2|t1|call-{n}|200|OK|{at}|||||d"
MIDNIGHT = 1_772_406_000  # 2026-03-02 00:00 in Madrid
DAY = 86_400


# OS-2
def test_the_order_of_files_does_not_change_what_pairs(
    tmp_path: Path, models: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Call 1 over midnight, call 2 within the window of 2 days, call 3 beyond it."""
    monkeypatch.setenv("TRUNKLINE_PSEUDONYM_KEY", "00" * 32)
    ends = {1: 5, 2: 2 * DAY - 10, 3: 3 * DAY}
    starts = "\n".join(INVITE.format(n=n, at=MIDNIGHT - 5) for n in ends) + "\n"
    stops = "\n".join(BYE.format(n=n, at=MIDNIGHT + at) for n, at in ends.items()) + "\n"
    found = []
    for order in ((starts, stops), (stops, starts)):
        home = Home(tmp_path / f"home{len(found)}")
        for number, text in enumerate(order):
            path = tmp_path / f"{len(found)}-{number}.log"
            path.write_text(text)
            land(home, [path], "switch_opensips", expectations=False)
        con = built(home, models)
        found.append(
            con.execute(
                "select charging_ref, call_part, outcome, is_folded, fct_raw_records.usage_id "
                "from fct_raw_records inner join int_usage__received using (file_id, record_no) "
                "order by 1, 2"
            ).fetchall()
        )
        events = con.execute(
            "select duration_s from fct_usage_events order by duration_s"
        ).fetchall()
        assert events == [(10,), (2 * DAY - 5,)]
    assert found[0] == found[1]
    assert [(row[1], row[2], row[3]) for row in found[0]] == [
        ("end", "canonical", True), ("start", "canonical", False),
        ("end", "canonical", True), ("start", "canonical", False),
        ("end", "waiting", False), ("start", "unpaired", False),
    ]  # fmt: skip
