"""A month closed, then a late file and a corrected tariff: bills stand, the rest is billed once."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion.home import Home
from ingestion.synthetic import SimulationConfig, simulate

ROOT = Path(__file__).resolve().parents[2]
SEPTEMBER = ("--from", "2025-09-01", "--to", "2025-09-30")
# What a payment may change on a bill is left out.
PAID = "paid_amount, open_amount, days_past_due, ageing_bucket, state"
BILLED = {
    "fct_bills": f"select * exclude ({PAID}) from fct_bills where bill_month = '2025-09-01'",
    "fct_bill_lines": "select * from fct_bill_lines where bill_month = '2025-09-01'",
    "fct_commitments": "select * from fct_commitments where bill_month = '2025-09-01'",
    "int_billing__fees": "select * from int_billing__fees where month = '2025-09-01'",
    "fct_settlement_lines": "select * from fct_settlement_lines where period_month = '2025-09-01'",
    # Late legs wait among the suspended.
    "fct_settlement_statements": "select * exclude (suspended_calls) "
    "from fct_settlement_statements where period_month = '2025-09-01'",
    "fct_rated_usage": "select * from fct_rated_usage where usage_month = '2025-09-01' "
    "and reason_code is distinct from 'closed_month'",
}


@dataclass
class World:
    """A deployment that is driven by the command, as a person would."""

    home: Home

    def trunkline(self, *arguments: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "orchestration.cli", *arguments, "--json"],
            env=os.environ | {"TRUNKLINE_HOME": str(self.home.root)},
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return json.loads(done.stdout)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home.warehouse / "build.duckdb"), read_only=True) as con:
            return con.execute(query).fetchall()

    def value(self, query: str) -> Any:
        return self.rows(query)[0][0]

    def billed(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of what was billed for September."""
        return {name: self.rows(f"{query} order by all") for name, query in BILLED.items()}

    def controls(self) -> dict[str, bool]:
        rows = self.rows(
            "select control_id, bool_and(is_passed) from fct_control_results "
            "where control_id like 'RR%' group by all"
        )
        return dict(rows)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("rerating")
    world = World(Home(root / "home"))
    simulate(SimulationConfig(subscribers=60, months=2), world.home.inbox, root / "answers")
    files = sorted((world.home.inbox / "mediation").rglob("*main_202509*.csv.gz"))
    late, wrong = sorted(files, key=lambda path: path.stat().st_size)[-2:]
    (root / "corrected").mkdir()
    shutil.move(late, root / late.name)
    correct_a_call(wrong, root / "correction.csv")
    world.trunkline("run")
    return world


def correct_a_call(file: Path, correction: Path) -> None:
    """Write the file once more as if it had been written before, with a call one minute longer."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    _, _, node, _, _, _ = lines[0].split(",")
    names = lines[1].split(",")
    ended, seconds = names.index("ended_at"), names.index("duration_s")
    place = next(
        at for at, line in enumerate(lines) if ",voice,out," in line and ",answered," in line
    )
    call = lines[place].split(",")
    call[ended] = (datetime.fromisoformat(call[ended]) + timedelta(minutes=1)).isoformat()
    call[seconds] = str(int(call[seconds]) + 60)
    written = datetime.fromisoformat(call[ended]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    header = f"#trunkline-cdr,1,{node},corrections,1,{written}"
    trailer = f"#end,1,{int(call[seconds]) * 1000},0,0"
    correction.write_text("\n".join([header, lines[1], ",".join(call), trailer, ""]))


# A call with a set-up fee, of someone who was there a month before.
A_CALL = """
select events.file_id, events.record_no, strftime(events.usage_date, '%Y-%m-%d')
from fct_rated_usage as rated
inner join fct_usage_events as events using (usage_id)
inner join dim_rates as rates on rated.rate_id = rates.rate_id and rates.tier_start = 0
where rated.rating_run = 'retail' and rated.service_type = 'voice' and events.feed = 'mediation'
    and rates.setup_fee > 0 and rates.minimum_charge = 0 and rated.charge_amount > 0
    and rated.free_quantity = 0 and rated.usage_date between '2025-10-05' and '2025-10-28'
    and rated.subscription_id in (
        select subscription_id from fct_rated_usage where usage_month = '2025-09-01'
    )
order by events.started_at limit 1
"""
THE_CALL = """
select events.is_continued, rated.gross_amount, rates.setup_fee
from fct_usage_events as events
inner join fct_rated_usage as rated using (usage_id)
inner join dim_rates as rates on rated.rate_id = rates.rate_id and rates.tier_start = 0
where events.usage_id in (
    select event_usage_id from int_usage__partials where charging_ref = 'over-midnight'
) and rated.rating_run = 'retail'
order by events.started_at
"""


def part_of_a_call(home: Home, call: tuple[str, int, str], sequence_no: int, minute: int) -> None:
    """Put a part of one minute into the inbox, so many minutes after the midnight before a call."""
    file_id, record_no, day = call
    lines = gzip.decompress((home.root / "raw" / file_id).read_bytes()).decode().splitlines()
    names = lines[1].split(",")
    record = dict(zip(names, lines[record_no - 1].split(","), strict=True))
    began = datetime.fromisoformat(f"{day}T00:00:00+02:00") + timedelta(minutes=minute)
    record |= {
        "charging_ref": "over-midnight",
        "record_sequence_no": str(sequence_no),
        "closing_cause": "partial_time" if sequence_no == 1 else "normal",
        "started_at": began.isoformat(),
        "ended_at": (began + timedelta(minutes=1)).isoformat(),
        "duration_s": "60",
    }
    header = f"#trunkline-cdr,1,{record['node_id']},parts,{sequence_no},{day}T01:00:00Z"
    text = [header, lines[1], ",".join(record.values()), "#end,1,60000,0,0", ""]
    (home.inbox / "mediation" / f"part-{sequence_no}.csv").write_text("\n".join(text))


@pytest.mark.slow
def test_a_head_that_comes_late_takes_the_set_up_fee_from_the_day_after(world: World) -> None:
    call = world.rows(A_CALL)[0]
    part_of_a_call(world.home, call, 2, 5)
    world.trunkline("run")
    ((is_continued, alone, setup_fee),) = world.rows(THE_CALL)
    assert (is_continued, setup_fee > 0) == (False, True)

    part_of_a_call(world.home, call, 1, -10)
    days = world.trunkline("run")["ranges"]
    head, rest = world.rows(THE_CALL)
    assert (head[0], rest[0]) == (False, True)
    assert rest[1] == alone - setup_fee
    # The day of the rest was built again though nothing came for it; so may be those after it.
    first, last = days[0].split("..")
    assert (len(days), first) == (1, f"{date.fromisoformat(call[2]) - timedelta(days=1)}")
    assert call[2] <= last


def assert_partners_and_balances_have_the_rest(world: World) -> None:
    """What is on no bill is on the statements of October or among the balances, once."""
    on_statements = world.value(
        "select sum(exact_amount) from fct_settlement_lines where line_kind = 'adjustment' "
        "and period_month = '2025-10-01' and usage_month = '2025-09-01'"
    )
    assert on_statements == world.value(
        "select sum(delta_amount) from fct_rating_adjustments where rating_run <> 'retail'"
    )
    assert on_statements > 0
    on_balances = world.value("select sum(balance_amount) from fct_balance_adjustments")
    assert on_balances == -world.value(
        "select sum(delta_amount) from fct_rating_adjustments "
        "where rating_run = 'retail' and not is_billable"
    )
    assert on_balances < 0
    zero = world.rows(
        "select control_id from fct_control_results "
        "where control_id in ('RA20', 'I11') and not is_passed"
    )
    assert zero == []
    partner = world.value("select min(partner_id) from fct_settlement_lines where reason <> ''")
    (sheet,) = (world.home.exports / "settlement" / "2025-10").glob(f"SETL_*_{partner}_*.csv")
    with duckdb.connect() as con:
        shown = con.execute(
            "select distinct usage_month, reason from read_csv(?) where line_kind = 'adjustment'",
            [str(sheet)],
        ).fetchall()
    assert shown == [(date(2025, 9, 1), "late file, dearer calls")]


@pytest.mark.slow
def test_a_closed_month_stands_and_what_came_later_is_billed_once(world: World) -> None:
    billed = world.billed()
    assert all(billed.values())
    closed = world.trunkline("close", "2025-09")
    assert closed["new"]
    assert not world.trunkline("close", "2025-09")["new"]

    # A late file, a corrected call and dearer calls arrive together.
    root, folder = world.home.root.parent, world.home.root.parent / "corrected"
    with duckdb.connect(str(world.home.warehouse / "build.duckdb"), read_only=True) as con:
        con.execute(
            "copy (select * exclude (file_id) replace (cast(unit_price * 1.1 as decimal(18, 6)) "
            f"as unit_price) from stg_reference__rates) to '{folder}/rates.csv' (header)"
        )
    before_landing = world.trunkline("rerate", "preview", "--tariff", str(folder), *SEPTEMBER)
    assert before_landing["events"] > 100
    for late in (*root.glob("*.gz"), root / "correction.csv"):
        shutil.move(late, world.home.inbox / "mediation" / late.name)
    shutil.copy(folder / "rates.csv", world.home.inbox / "reference" / "rates.csv")
    world.trunkline("run")
    assert world.billed() == billed
    waiting = "select count(*) from fct_rated_usage where reason_code = 'closed_month'"
    assert world.value(waiting) > 0
    assert (
        world.value(
            "select count(*) from int_rating__closed_changes as now inner join "
            "int_rating__closed_changes as billed using (usage_id, rating_run) "
            "where now.side = 'now' and billed.side = 'billed' and rating_run = 'retail' "
            "and now.duration_s = billed.duration_s + 60"
        )
        == 1
    )
    assert not world.controls()["RR05"]

    # What is due was said before, but for the late calls; then it is adjusted, once.
    due = world.trunkline("rerate", "--dry-run", *SEPTEMBER)
    assert due["events"] > before_landing["events"]
    assert world.value("select count(distinct usage_id) from fct_due_adjustments") == due["events"]
    asked = ("rerate", *SEPTEMBER, "--reason", "late file, dearer calls", "--request", "r1")
    made = world.trunkline(*asked)
    assert (made["new"], made["events"]) == (True, due["events"])
    assert not world.trunkline(*asked)["new"]
    assert world.trunkline("rerate", *SEPTEMBER, "--reason", "again")["adjustments"] == 0
    world.trunkline("run")
    world.trunkline("verify")
    assert world.billed() == billed
    assert world.controls() == dict.fromkeys(("RR01", "RR02", "RR03", "RR04", "RR05"), True)
    # Billed plus adjusted is what rating says of every event that it can price.
    now = (
        "select usage_id, rating_run, charge_amount from int_rating__rated where status = 'rated' "
    )
    state = (
        "select usage_id, rating_run, current_amount from fct_rated_current "
        "where current_amount is not null "
    )
    assert world.value(f"select count(*) from ({now})") > 1000
    assert world.rows(f"({now} except all {state}) union all ({state} except all {now})") == []
    adjusted = world.value(
        "select sum(exact_amount) from fct_bill_lines where line_kind = 'adjustment' "
        "and bill_month = '2025-10-01'"
    )
    assert adjusted == world.value(
        "select sum(delta_amount) from fct_rating_adjustments where is_billable"
    )
    assert adjusted > 0
    assert_partners_and_balances_have_the_rest(world)

    # Undone, October has no adjustment line, and a whole rebuild changes nothing of it.
    world.trunkline("rerate", "undo", "r1")
    world.trunkline("run", "--full")
    assert world.billed() == billed
    assert world.controls()["RR04"]
    left = world.rows(
        "select * from fct_bill_lines where bill_month = '2025-10-01' and line_kind = 'adjustment'"
    )
    assert left == []
    left = world.rows("select * from fct_settlement_lines where line_kind = 'adjustment'")
    assert left == []
    assert world.rows("select * from fct_balance_adjustments") == []
    listed = world.trunkline("rerate", "list")["requests"]
    assert [(row["request_id"], row["undone_by"]) for row in listed] == [
        ("r1", "undo-r1"), ("undo-r1", None),
    ]  # fmt: skip
    assert world.value("select sum(delta_amount) from fct_rating_adjustments") == Decimal(0)
