"""The compiled SQL of the rating chain, run in process on rows made by a test.

The SQL is what dbt compiles, unchanged; only the tables below it come from the test.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Rows = Sequence[Mapping[str, Any]]

_VALID_AT = {"valid_from": "timestamp", "valid_to": "timestamp"}
_VALID_ON = {"valid_from": "date", "valid_to": "date"}
TEXT = "varchar"

INPUTS: dict[str, dict[str, str]] = {
    "fct_usage_events": {
        "usage_id": "uuid", "service_type": TEXT, "direction": TEXT, "a_token": TEXT,
        "b_token": TEXT, "imsi_token": TEXT, "b_prefix": TEXT, "cell_id": TEXT,
        "started_at": "timestamp", "started_local": "timestamp", "usage_date": "date",
        "duration_s": "bigint", "bytes_total": "bigint", "event_count": "bigint",
    },
    "dim_identifiers": {"identifier_kind": TEXT, "value_token": TEXT, "subscription_id": TEXT}
    | _VALID_AT,
    "dim_subscriptions": {
        "subscription_id": TEXT, "plan_id": TEXT, "account_id": TEXT, "customer_id": TEXT,
        "status": TEXT,
    } | _VALID_AT,
    "dim_plans": {"plan_id": TEXT, "payment_kind": TEXT, "rate_card_id": TEXT} | _VALID_ON,
    "dim_destinations": {"destination_id": TEXT, "kind": TEXT},
    "dim_destination_prefixes": {"destination_id": TEXT, "prefix": TEXT} | _VALID_ON,
    "stg_reference__time_bands": {
        "band_set_id": TEXT, "band_id": TEXT, "weekdays": TEXT, "holiday": TEXT,
        "starts_at": TEXT, "weight": "integer", "time_zone": TEXT,
    },
    "stg_reference__holidays": {"calendar_id": TEXT, "date": "date", "name": TEXT},
    "stg_reference__rates": {
        "rate_id": TEXT, "tier_start": "bigint", "unit_price": "decimal(18, 6)",
        "unit_size": "bigint", "increment": "bigint", "setup_fee": "decimal(18, 6)",
        "minimum_charge": "decimal(18, 6)",
    },
    "dim_rate_cards": {
        "rate_card_id": TEXT, "service_type": TEXT, "direction": TEXT, "destination_id": TEXT,
        "band_set_id": TEXT, "band_id": TEXT, "rate_id": TEXT, "weight": "integer",
        "rounding_mode": TEXT, "rounding_decimals": "integer", "currency": TEXT, "tax_class": TEXT,
    } | _VALID_ON,
    "dim_allowances": {
        "plan_id": TEXT, "bucket_id": TEXT, "quantity": "bigint", "service_type": TEXT,
        "destination_kinds": TEXT, "priority": "integer",
    } | _VALID_ON,
    "dim_tariff_versions": {"tariff_hash": TEXT},
}  # fmt: skip

# The days the random worlds live in; the full calendar only costs time here.
SHORT_CALENDAR = {"calendar_from": "2026-01-01", "calendar_to": "2026-12-31"}
CALENDAR = ("dim_dates", "dim_time_bands", "dim_rates")
CHAIN = (
    "int_rating__owners",
    "int_rating__dialled_prefixes",
    "int_rating__band_minutes",
    "int_rating__guided",
    "int_rating__rate_choices",
    "int_rating__matched",
    "fct_allowance_use",
    "fct_rated_usage",
)


def compile_project(root: Path, target: Path) -> dict[str, Any]:
    """Return the dbt nodes of the rating chain, functions first, with compiled SQL."""
    from dbt.cli.main import dbtRunner

    os.environ.setdefault("TRUNKLINE_HOME", str(target))
    (Path(os.environ["TRUNKLINE_HOME"]) / "warehouse").mkdir(parents=True, exist_ok=True)
    where = ["--project-dir", str(root), "--profiles-dir", str(root), "--target-path", str(target)]
    result = dbtRunner().invoke(
        ["--quiet", "compile", *where, "--target", "lint", "--select", "resource_type:function",
         *CALENDAR, *CHAIN, "--vars", json.dumps(SHORT_CALENDAR)]
    )  # fmt: skip
    assert result.success, result.exception
    return {run.node.name: run.node for run in result.result}


class SqlEngine:
    """An in-memory database with the rating functions, into which a test puts rows."""

    def __init__(self, nodes: Mapping[str, Any]) -> None:
        self.nodes = nodes
        self.con = duckdb.connect(":memory:", config={"threads": 1})
        self.con.execute("set TimeZone = 'UTC'")
        waiting = [node for node in nodes.values() if node.resource_type == "function"]
        while waiting:
            node = waiting.pop(0)
            if any(fn.unique_id in node.depends_on.nodes for fn in waiting):
                waiting.append(node)
                continue
            arguments = ", ".join(argument.name for argument in node.arguments)
            self.con.execute(
                f"create function {node.name}({arguments}) as "
                f"(cast(({node.compiled_code}) as {node.returns.data_type}))"
            )

    def put(self, table: str, rows: Rows) -> None:
        """Replace an input table; columns a row does not name are null."""
        columns = INPUTS[table]
        given = pa.Table.from_pylist(  # texts cast cleanly to every type of the inputs
            [{name: _text(row.get(name)) for name in columns} for row in rows],
            schema=pa.schema([(name, pa.string()) for name in columns]),
        )
        casts = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in columns.items())
        self.con.register("given_rows", given)
        self.con.execute(f"create or replace table {table} as select {casts} from given_rows")
        self.con.unregister("given_rows")

    def build(self, *models: str) -> None:
        """Build models from their compiled SQL."""
        for model in models:
            self.con.execute(
                f"create or replace table {model} as {self.nodes[model].compiled_code}"
            )

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return a query's rows as dictionaries."""
        result = self.con.execute(sql)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def value(self, expression: str) -> Any:
        """Return the value of one expression."""
        row = self.con.execute(f"select {expression}").fetchone()
        assert row is not None
        return row[0]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
