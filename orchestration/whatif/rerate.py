"""Months of usage rated again by a tariff, live or changed, in a database that is thrown away.

What belongs here: setting the chain up on the warehouse's tables. Comparing is in `compare`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from ingestion.tariff.folder import load_folder
from ingestion.tariff.tables import REQUIRED, relation
from orchestration.errors import PipelineError
from orchestration.project import time_zone
from orchestration.rating_sql import Project, build, create_functions, relations
from orchestration.whatif.scenario import Scenario

# What the chain reads besides tariffs and usage: who holds what, and the partners.
_HELD = (
    "dim_identifiers", "dim_subscriptions", "dim_agreements", "dim_agreement_rates", "dim_trunks",
    "dim_partner_networks", "dim_tariff_versions",
)  # fmt: skip
_DRAWN = ("int_rating__unit_draws", "int_rating__money_draws")
_EARLIER = "earlier_"
# What a comparison of two ratings reads: other columns are not even computed.
COMPARED = (
    "usage_id", "rating_run", "usage_date", "usage_month", "service_type", "direction", "status",
    "reason_code", "subscription_id", "account_id", "customer_id", "partner_id", "plan_id",
    "destination_id", "destination_kind", "charge_amount", "currency",
)  # fmt: skip


def copy_live_tariff(con: duckdb.DuckDBPyConnection) -> None:
    """Take over the live tariff, as staging reads it."""
    for table in REQUIRED:
        con.execute(f"create temp table {relation(table)} as from build.main.{relation(table)}")


def load_changed_tariff(con: duckdb.DuckDBPyConnection, changed: Path) -> list[str]:
    """Load the live tariff with the tables of `changed` in place of its own, through the gate.

    Returns:
        The tables that were replaced.

    Raises:
        TariffRefusedError: the whole contradicts itself.
        PipelineError: the folder holds no table of a tariff.
    """
    files = {path.stem: path for path in sorted(changed.iterdir()) if path.stem in REQUIRED}
    if not files:
        raise PipelineError(
            f"{changed} holds no table of a tariff, expected files such as rates.csv. "
            "Put the changed tables there."
        )
    with tempfile.TemporaryDirectory() as folder:
        for table in REQUIRED:
            if table in files:
                (Path(folder) / files[table].name).write_bytes(files[table].read_bytes())
            else:
                con.execute(
                    f"copy (select * from build.main.{relation(table)}) "
                    f"to '{folder}/{table}.parquet' (format parquet)"
                )
        load_folder(con, Path(folder))
    con.execute(
        f"create temp view dim_destination_prefixes as select *, record_no as declared_no "
        f"from {relation('destination_prefixes')}"
    )
    return sorted(files)


def rate_months(
    con: duckdb.DuckDBPyConnection, scenario: Scenario, columns: Sequence[str] = COMPARED
) -> None:
    """Create the table `rated` for the scenario's months from the tariff on the connection.

    Allowances go on from what the ledger's months before the scenario drew of them.

    Args:
        con: has the tariff, live or changed, and the warehouse as `build`.
        scenario: its months are rated.
        columns: those of `int_rating__rated` that `rated` gets.
    """
    con.execute(
        "create temp view fct_usage_events as select * from build.main.fct_usage_events "
        f"where usage_date >= date '{scenario.first_month}' "
        f"and usage_date < date '{scenario.last_month}' + interval 1 month"
    )
    for table in _HELD:
        con.execute(f"create temp table {table} as from build.main.{table}")
    for table in _DRAWN:
        con.execute(
            f"create temp view {_EARLIER}{table} as select * from build.main.{table} "
            f"where started_local < date '{scenario.first_month}'"
        )
    project = Project({"time_zone": time_zone()}, _EARLIER)
    create_functions(con, project)
    build(con, project.chain(["int_rating__rated"], relations(con)))
    con.execute(f"create temp table rated as select {', '.join(columns)} from int_rating__rated")
