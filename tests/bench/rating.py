"""Rating against its floor: the models themselves, CPU seconds, interleaved rounds.

Both read the same usage from Parquet and write one Parquet file of the same columns; the floor
fills them from the usage it read, with no rating in it. What stands ready before: the tariff, the
holders of numbers, and how events are stored.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.rating_sql import Model, Project, build, create_functions

ROOT = Path(__file__).resolve().parents[2]
# The warehouse tables below the chain. What follows from them is built anew in every round.
GIVEN = (
    "dim_identifiers", "dim_subscriptions", "dim_agreements", "dim_agreement_rates", "dim_trunks",
    "dim_partner_networks", "dim_tariff_versions",
)  # fmt: skip
# Filled from usage columns of the same type, so that the floor writes as many bytes.
_FLOOR_VALUES = {
    "rating_run": "'retail'", "usage_month": "usage_date", "status": "service_type",
    "reason_code": "null::varchar", "subscription_id": "a_token", "account_id": "b_token",
    "customer_id": "imsi_token", "partner_id": "null::varchar", "plan_id": "node_id",
    "payment_kind": "direction", "rate_card_id": "node_id", "destination_id": "b_prefix",
    "destination_kind": "direction", "matched_prefix": "b_prefix", "origin_zone": "null::varchar",
    "band_id": "direction", "rate_id": "node_id", "quantity": "duration_s",
    "charged_quantity": "duration_s", "free_quantity": "event_count",
    "segment_count": "event_count",
    "unit_price": "cast(duration_s % 7 as decimal(18, 6))",
    "gross_amount": "cast(duration_s as decimal(18, 6))",
    "discount_amount": "cast(0 as decimal(18, 6))",
    "allowance_amount": "cast(0 as decimal(18, 6))", "cap_amount": "cast(0 as decimal(18, 6))",
    "charge_amount": "cast(duration_s as decimal(18, 6))", "currency": "service_type",
    "tax_class": "service_type", "trunk_id": "null::varchar", "is_billable": "duration_s > 0",
    "non_billable_reason": "null::varchar", "tariff_hash": "'hash'",
}  # fmt: skip


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
    from orchestration.dbt_runner import release_warehouse
    from orchestration.project import prepare_environment

    here = Home(home)
    config = SimulationConfig(subscribers=max(200, rows // 140), months=1)
    simulate(config, here.inbox, home / "answer_key")
    land(here)
    prepare_environment(here)
    _dbt(
        home, "+fct_usage_events", *(f"+{name}" for name in GIVEN), "+path:models/staging/reference"
    )
    release_warehouse()
    with duckdb.connect(str(home / "warehouse" / "build.duckdb")) as con:
        con.execute(
            f"copy fct_usage_events to '{home}/usage.parquet' (format parquet, compression zstd)"
        )
        return int(con.execute("select count(*) from fct_usage_events").fetchall()[0][0])


def measure(home: Path, rounds: int) -> list[Ratio]:
    """Run floor, rating, and rating with allowances in turn; return their costs."""
    con = duckdb.connect()
    con.execute("set threads = 2")
    con.execute("set TimeZone = 'UTC'")
    con.execute(f"attach '{home}/warehouse/build.duckdb' as build (read_only)")
    # Customers' runs only, as the goal is stated.
    con.execute(
        "create temp view fct_usage_events as select * replace (null::varchar as trunk_in, "
        f"null::varchar as trunk_out) from read_parquet('{home}/usage.parquet')"
    )
    for name in GIVEN:
        con.execute(f"create temp table {name} as from build.main.{name}")
    staged = con.execute(
        "select view_name from duckdb_views() where database_name = 'build' "
        "and view_name like 'stg_reference__%'"
    ).fetchall()
    for (name,) in staged:
        con.execute(f"create temp table {name} as from build.main.{name}")
    con.execute("create temp table all_allowances as from stg_reference__allowances")
    project = Project()
    create_functions(con, project)
    given = [*GIVEN, "fct_usage_events", *(name for (name,) in staged)]
    chain = project.chain(["int_rating__rated"], given)
    columns = _columns(con, chain)
    floor_select = ", ".join(f"{_FLOOR_VALUES.get(name, name)} as {name}" for name in columns)

    def written(select: str) -> None:
        con.execute(f"copy ({select}) to '{home}/out.parquet' (format parquet, compression zstd)")

    def floor() -> None:
        written(f"select {floor_select} from fct_usage_events")

    def rated_with(allowances: str) -> None:
        con.execute(f"create or replace temp table stg_reference__allowances as {allowances}")
        build(con, chain[:-1])
        written(chain[-1].sql)

    ways: dict[str, Callable[[], None]] = {
        "floor": floor,
        "rated": lambda: rated_with("select * from all_allowances where false"),
        "rated with allowances": lambda: rated_with("select * from all_allowances"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(_cpu(way))
    events = int(con.execute("select count(*) from fct_usage_events").fetchall()[0][0])
    con.close()
    return [_ratio(name, taken, seconds["floor"], events) for name, taken in seconds.items()]


def _columns(con: duckdb.DuckDBPyConnection, chain: Sequence[Model]) -> list[str]:
    """Return the columns of rated usage, by building the chain once."""
    build(con, chain[:-1])
    described = con.execute(f"describe {chain[-1].sql}").fetchall()
    return [str(row[0]) for row in described]


def _ratio(name: str, taken: Sequence[float], floor: Sequence[float], events: int) -> Ratio:
    ratios = [one / base for one, base in zip(taken, floor, strict=True)]
    middle = statistics.median(taken)
    return Ratio(name, middle, events / middle, statistics.median(ratios), min(ratios), max(ratios))


def _cpu(way: Callable[[], None]) -> float:
    started = time.process_time()
    way()
    return time.process_time() - started


def _dbt(home: Path, *models: str) -> None:
    from dbt.cli.main import dbtRunner

    where = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    window = ["--vars", "{batch_size: month}", "--event-time-start", "2025-09-01"]
    result = dbtRunner().invoke([
        "--quiet", "--no-print", "build", *where, "--target-path", str(home / "target"), *window,
        "--event-time-end", "2025-10-01", "--select", *models,
        "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
    ])  # fmt: skip
    if not result.success:
        found = getattr(result.result, "results", ())
        bad = [str(item.message) for item in found if str(item.status) in {"error", "fail"}]
        raise RuntimeError(f"dbt build failed: {result.exception or bad[:3]}")
