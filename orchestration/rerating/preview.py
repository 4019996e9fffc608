"""Which events a corrected tariff, or re-rating as things are, would touch; before anyone does it.

What belongs here: rating the months in a scratch database and summing up what would change. Nothing
of the deployment is written but the tables of the preview.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.home import Home
from ingestion.sql_text import quoted
from orchestration.errors import PipelineError
from orchestration.rating_sql import Project, build, relations
from orchestration.rerating.landed import closed_months, landed
from orchestration.rerating.requests import Wanted, load_due, require_closed
from orchestration.rerating.tables import ensure_tables
from orchestration.whatif.compare import differences
from orchestration.whatif.rerate import copy_live_tariff, load_changed_tariff, rate_months
from orchestration.whatif.scenario import Scenario
from orchestration.working_warehouse import working_warehouse

_EVENT = (
    "usage_id, rating_run, usage_date, usage_month, service_type, destination_kind, "
    "destination_id, plan_id, subscription_id, account_id, partner_id, currency"
)
_CLOSED = (
    f"select 'closed' as state, {_EVENT}, old_amount, new_amount, delta_amount "
    "from int_rating__due_adjustments"
)
# What a run would make of open months: no adjustment, the event is rated again in place.
_OPEN = f"""
select
    'open' as state,
    {", ".join(f"coalesce(after.{name}, before.{name}) as {name}" for name in _EVENT.split(", "))},
    coalesce(before.charge_amount, 0) as old_amount,
    coalesce(after.charge_amount, 0) as new_amount,
    coalesce(after.charge_amount, 0) - coalesce(before.charge_amount, 0) as delta_amount
from before full join rated as after
    on before.usage_id = after.usage_id and before.rating_run = after.rating_run
where (
    before.charge_amount is distinct from after.charge_amount
    or before.status is distinct from after.status
    or before.currency is distinct from after.currency
) and coalesce(after.usage_month, before.usage_month) not in (from dim_closed_months)
"""
_SUMS = (
    "count(distinct usage_id) as events, count(distinct subscription_id) as subscribers, "
    "cast(coalesce(sum(delta_amount) filter (where delta_amount > 0), 0) as decimal(38, 6)) "
    "as up_amount, "
    "cast(coalesce(sum(delta_amount) filter (where delta_amount < 0), 0) as decimal(38, 6)) "
    "as down_amount, cast(sum(delta_amount) as decimal(38, 6)) as delta_amount"
)
_BY = "from touched group by all order by all"
SUMMARIES = {
    "by_month": f"select usage_month, state, rating_run, currency, {_SUMS} {_BY}",
    "by_plan": f"select plan_id, rating_run, service_type, currency, {_SUMS} {_BY}",
    "by_destination": f"select destination_kind, rating_run, service_type, currency, {_SUMS} {_BY}",
    "largest_changes": "select coalesce(account_id, partner_id) as payer, currency, "
    f"{_SUMS} from touched group by all "
    "order by abs(sum(delta_amount)) desc, payer, currency limit 20",
}


@dataclass(frozen=True)
class Preview:
    """What would change: tables by name with their columns, and where they are kept as Parquet.

    `outside` counts events of the same months that would change too, but not on the days asked for.
    """

    out: Path
    events: int
    outside: int
    tables: dict[str, tuple[Sequence[str], list[tuple[Any, ...]]]]


def preview(home: Home, wanted: Wanted, tariff: Path | None = None) -> Preview:
    """Say what rating some days again would change, under the live or a corrected tariff.

    Args:
        home: the deployment; its working warehouse is read.
        wanted: local days and scope.
        tariff: folder with the corrected tables; None for everything as it has landed.

    Raises:
        TariffRefusedError: the corrected tariff contradicts itself.
        PipelineError: no tables in the folder, open months without a folder, or the live tariff
            does not reproduce what rating says.
    """
    ensure_tables(home)
    name = tariff.resolve().name if tariff else "live"
    out = home.exports / "rerating" / f"{name}-{wanted.first}-{wanted.last}"
    with working_warehouse(home) as con:
        if tariff is None:
            require_closed(closed_months(con, home), wanted)
            load_due(con, home)
            found = _CLOSED
        else:
            _rate_corrected(con, home, wanted, tariff)
            found = f"{_CLOSED} union all {_OPEN}"
        con.execute(f"create temp table every_touched as {found}")
        fits = wanted.condition("every_touched")
        con.execute(f"create temp table touched as from every_touched where {fits}")
        return _summed(con, out)


def _rate_corrected(
    con: duckdb.DuckDBPyConnection, home: Home, wanted: Wanted, tariff: Path
) -> None:
    """Create what `_CLOSED` and `_OPEN` read, from the months rated by the corrected tariff."""
    if not tariff.is_dir():
        raise PipelineError(f"{tariff} is no folder, expected one with the corrected tables.")
    months = Scenario(
        "preview", tariff, wanted.first.replace(day=1), wanted.last.replace(day=1), {}
    )
    load_changed_tariff(con, tariff)
    with tempfile.TemporaryDirectory() as folder, working_warehouse(home) as live:
        copy_live_tariff(live)
        rate_months(live, months)
        if count := differences(live, months):
            raise PipelineError(
                f"The live tariff gives {count:,} row(s) another charge than the last run, so a "
                "preview would mislead. Run `trunkline run` first."
            )
        live.execute(f"copy rated to '{folder}/before.parquet' (format parquet)")
        con.execute(f"create temp table before as from read_parquet('{folder}/before.parquet')")
    rate_months(con, months, columns=("*",))
    con.execute("create or replace temp view int_rating__rated as from rated")
    con.execute(f"create temp view dim_closed_months as select month from {landed(home, 'closes')}")
    con.execute(
        "create temp view stg_rating__closed_usage as "
        f"from {landed(home, 'closed_usage')} where usage_month between "
        f"date '{months.first_month}' and date '{months.last_month}'"
    )
    build(con, Project().chain(["int_rating__closed_changes"], relations(con)))
    con.execute("create temp table corrected_changes as from int_rating__closed_changes")
    con.execute("drop table int_rating__closed_changes")
    load_due(con, home, "corrected_changes")


def _summed(con: duckdb.DuckDBPyConnection, out: Path) -> Preview:
    out.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[Sequence[str], list[tuple[Any, ...]]]] = {}
    kept = {"touched_events": "from touched order by usage_date, usage_id, rating_run"} | SUMMARIES
    for name, query in kept.items():
        target = quoted(out / f"{name}.parquet")
        con.execute(f"copy ({query}) to '{target}' (format parquet)")
        if name in SUMMARIES:
            found = con.execute(query)
            columns = [column[0] for column in found.description or ()]
            tables[name] = (columns, found.fetchall())
    count = "select count(distinct usage_id) from"
    (events,) = con.execute(f"{count} touched").fetchall()[0]
    (every,) = con.execute(f"{count} every_touched").fetchall()[0]
    return Preview(out, events, every - events, tables)
