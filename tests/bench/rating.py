"""Rating against its floor: the models' own compiled SQL, CPU seconds, interleaved rounds.

The floor reads the same usage events and writes an output as wide, with no rating in it.
"""

from __future__ import annotations

import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).resolve().parents[2]
RATING_MODELS = (
    "int_rating__owners",
    "int_rating__dialled_prefixes",
    "int_rating__band_minutes",
    "int_rating__rate_choices",
    "int_rating__guided",
    "int_rating__matched",
    "fct_allowance_use",
    "fct_rated_usage",
)
FLOOR = """
create or replace table bench_floor as
select
    usage_id, started_at, started_local, usage_date, usage_date as usage_month, service_type,
    direction, 'rated' as status, null::varchar as reason_code, a_token as subscription_id,
    b_token as account_id, imsi_token as customer_id, node_id as plan_id,
    'postpaid' as payment_kind, 'card' as rate_card_id, 'destination' as destination_id,
    'onnet' as destination_kind, b_prefix as matched_prefix, 'peak' as band_id,
    'rate' as rate_id, duration_s as quantity, duration_s as charged_quantity,
    event_count as free_quantity, 0.1::decimal(18, 6) as unit_price,
    duration_s::decimal(18, 6) as charge_amount, 'EUR' as currency, 'standard' as tax_class,
    cell_id, true as is_billable, null::varchar as non_billable_reason, duration_s, bytes_total,
    event_count, 'hash' as tariff_hash
from fct_usage_events
"""


@dataclass(frozen=True)
class Ratio:
    """One measured way: median CPU seconds, and its ratio to the floor of the same round."""

    name: str
    cpu_s: float
    rows_per_cpu_s: float
    ratio_median: float
    ratio_min: float
    ratio_max: float


def prepare(home: Path, rows: int) -> int:
    """Simulate, land and build about `rows` events of one month; return how many there are."""
    from ingestion.home import Home
    from ingestion.landing import land
    from ingestion.synthetic import SimulationConfig, simulate

    here = Home(home)
    config = SimulationConfig(subscribers=max(200, rows // 140), months=1)
    simulate(config, here.inbox, home / "answer_key")
    land(here)
    untested = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    _dbt(home, "build", "--select", "+fct_rated_usage", *untested)
    _dbt(home, "compile", "--select", *RATING_MODELS)
    with duckdb.connect(str(home / "warehouse" / "build.duckdb")) as con:
        return int(con.execute("select count(*) from fct_usage_events").fetchall()[0][0])


def measure(home: Path, rounds: int) -> list[Ratio]:
    """Run floor, rating, and rating with allowances in turn; return their costs."""
    statements = _compiled(home)
    con = duckdb.connect(str(home / "warehouse" / "build.duckdb"))
    con.execute("set threads = 2")
    con.execute("create or replace table bench_allowances as from dim_allowances")

    def floor() -> None:
        con.execute(FLOOR)

    def rated() -> None:
        con.execute("create or replace table dim_allowances as from bench_allowances limit 0")
        _run(con, statements)

    def rated_with_allowances() -> None:
        con.execute("create or replace table dim_allowances as from bench_allowances")
        _run(con, statements)

    ways = {"floor": floor, "rated": rated, "rated with allowances": rated_with_allowances}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(_cpu(way))
    events = int(con.execute("select count(*) from bench_floor").fetchall()[0][0])
    con.close()
    return [_ratio(name, taken, seconds["floor"], events) for name, taken in seconds.items()]


def _ratio(name: str, taken: Sequence[float], floor: Sequence[float], events: int) -> Ratio:
    ratios = [one / base for one, base in zip(taken, floor, strict=True)]
    middle = statistics.median(taken)
    return Ratio(name, middle, events / middle, statistics.median(ratios), min(ratios), max(ratios))


def _cpu(way: Callable[[], None]) -> float:
    started = time.process_time()
    way()
    return time.process_time() - started


def _run(con: duckdb.DuckDBPyConnection, statements: dict[str, str]) -> None:
    for name, sql in statements.items():
        con.execute(f"create or replace table {name} as {sql}")


def _compiled(home: Path) -> dict[str, str]:
    """Return the compiled SQL of the rating models, in the order in which they need each other."""
    manifest = json.loads((home / "target" / "manifest.json").read_text())
    nodes = {node["name"]: node for node in manifest["nodes"].values()}
    texts = {}
    for name in RATING_MODELS:
        sql = nodes[name]["compiled_code"].rstrip().rstrip(";")
        texts[name] = re.sub(r'"build"\."main"\.', "", sql)
    return texts


def _dbt(home: Path, *args: str) -> None:
    from ingestion.home import Home
    from orchestration.dbt_runner import release_warehouse
    from orchestration.project import prepare_environment

    prepare_environment(Home(home))
    where = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    where += ["--target-path", str(home / "target")]
    window = ["--vars", "{batch_size: month}", "--event-time-start", "2025-09-01"]
    window += ["--event-time-end", "2025-10-01"] if args[0] == "build" else []
    result = dbtRunner().invoke(
        [
            "--quiet",
            "--no-print",
            args[0],
            *where,
            *(window if args[0] == "build" else window[:2]),
            *args[1:],
        ]
    )
    release_warehouse()
    if not result.success:
        found = getattr(result.result, "results", ())
        bad = [str(item.message) for item in found if str(item.status) in {"error", "fail"}]
        raise RuntimeError(f"dbt {args[0]} failed: {result.exception or bad[:3]}")
