"""The rating models on an in-memory database, fed with rows that a test makes.

The SQL is that of the project, rendered without dbt; only the tables below it come from the test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.rating_sql import Model, Project, build, create_functions

Rows = Sequence[Mapping[str, Any]]

TEXT = "varchar"
_VALID_AT = {"valid_from": "timestamp", "valid_to": "timestamp"}
_VALID_ON = {"valid_from": "date", "valid_to": "date"}
_RULE = {"plan_id": TEXT, "service_type": TEXT}

INPUTS: dict[str, dict[str, str]] = {
    "fct_usage_events": {
        "usage_id": "uuid", "service_type": TEXT, "direction": TEXT, "a_token": TEXT,
        "a_prefix": TEXT, "b_token": TEXT, "imsi_token": TEXT, "b_prefix": TEXT,
        "b_routing_prefix": TEXT,
        "feed": TEXT, "home_plmn": TEXT, "visited_plmn": TEXT, "access_point": TEXT,
        "cell_id": TEXT, "trunk_in": TEXT,
        "trunk_out": TEXT, "started_at": "timestamp", "ended_at": "timestamp",
        "started_local": "timestamp", "duration_s": "bigint", "bytes_total": "bigint",
        "event_count": "bigint", "is_continued": "boolean",
    },
    "dim_identifiers": {"identifier_kind": TEXT, "value_token": TEXT, "subscription_id": TEXT}
    | _VALID_AT,
    "dim_subscriptions": {
        "subscription_id": TEXT, "plan_id": TEXT, "account_id": TEXT, "customer_id": TEXT,
        "status": TEXT,
    } | _VALID_AT,
    "stg_reference__plans": {
        "plan_id": TEXT, "name": TEXT, "brand": TEXT, "segment": TEXT, "payment_kind": TEXT,
        "service_kind": TEXT, "rate_card_id": TEXT, "monthly_fee": "decimal(18, 2)",
        "contract_months": "integer", "fallback_plan_ids": TEXT, "fallback_depth": "integer",
    } | _VALID_ON,
    "stg_reference__destinations": {
        "destination_id": TEXT, "name": TEXT, "country": TEXT, "kind": TEXT, "risk_class": TEXT,
    },
    "stg_reference__destination_prefixes": {
        "destination_id": TEXT, "prefix": TEXT, "declared_no": "bigint",
    } | _VALID_ON,
    "stg_reference__origin_zones": {"origin_zone": TEXT, "kind": TEXT, "value": TEXT} | _VALID_ON,
    "stg_reference__time_bands": {
        "band_set_id": TEXT, "band_id": TEXT, "years": TEXT, "months": TEXT, "month_days": TEXT,
        "weekdays": TEXT, "holiday": TEXT, "holiday_calendar_id": TEXT, "starts_at": TEXT,
        "weight": "integer", "time_zone": TEXT,
    },
    "stg_reference__holidays": {"calendar_id": TEXT, "date": "date", "name": TEXT},
    "stg_reference__rates": {
        "rate_id": TEXT, "tier_start": "bigint", "unit_price": "decimal(18, 6)",
        "unit_size": "bigint", "increment": "bigint", "setup_fee": "decimal(18, 6)",
        "minimum_charge": "decimal(18, 6)",
    },
    "stg_reference__rate_cards": {
        "rate_card_id": TEXT, "service_type": TEXT, "direction": TEXT, "origin_zone": TEXT,
        "destination_id": TEXT, "band_set_id": TEXT, "band_id": TEXT, "rate_id": TEXT,
        "weight": "integer", "rounding_mode": TEXT, "rounding_decimals": "integer",
        "maximum_charge": "decimal(18, 6)", "maximum_charge_policy": TEXT,
        "band_edge_rule": TEXT, "currency": TEXT, "tax_class": TEXT,
    } | _VALID_ON,
    "stg_reference__allowances": {
        "plan_id": TEXT, "bucket_id": TEXT, "unit": TEXT, "quantity": "bigint",
        "service_type": TEXT, "destination_kinds": TEXT, "destination_ids": TEXT,
        "band_ids": TEXT, "origin_zones": TEXT, "period": TEXT, "scope": TEXT, "pool_id": TEXT,
        "rollover_max": "bigint", "rollover_periods": "integer", "priority": "integer",
        "proration": TEXT,
    } | _VALID_ON,
    "stg_reference__friends": {"subscription_id": TEXT, "number": TEXT} | _VALID_ON,
    "stg_reference__zero_rated": _RULE | {
        "access_point": TEXT, "destination_id": TEXT, "reason": TEXT,
    } | _VALID_ON,
    "stg_reference__discounts": _RULE | {
        "destination_kinds": TEXT, "band_ids": TEXT, "discount_pct": "decimal(9, 4)",
        "priority": "integer",
    } | _VALID_ON,
    "stg_reference__charge_caps": _RULE | {"period": TEXT, "cap_amount": "decimal(18, 6)"}
    | _VALID_ON,
    "dim_agreements": {
        "agreement_id": TEXT, "partner_id": TEXT, "currency": TEXT, "band_set_id": TEXT,
        "agreement_kind": TEXT,
    } | _VALID_ON,
    "dim_agreement_rates": {
        "agreement_id": TEXT, "direction": TEXT, "service_type": TEXT, "destination_id": TEXT,
        "band_id": TEXT, "rate_id": TEXT,
    } | _VALID_ON,
    "dim_trunks": {"trunk_id": TEXT, "partner_id": TEXT} | _VALID_ON,
    "dim_partner_networks": {"plmn": TEXT, "partner_id": TEXT} | _VALID_ON,
    "dim_tariff_versions": {"tariff_hash": TEXT},
}  # fmt: skip
# Three buckets of a plan, each with what two earlier periods left.
RANKS = 9
WANTED = ("int_rating__rated", "fct_allowance_use", "int_rating__segment_lines")


class SqlEngine:
    """An in-memory database with the rating functions, into which a test puts rows."""

    def __init__(self, time_zone: str, earlier: str | None = None) -> None:
        self.con = duckdb.connect(":memory:", config={"threads": 1})
        self.con.execute("set TimeZone = 'UTC'")
        project, self.models = _rendered(time_zone, earlier)
        create_functions(self.con, project)

    def put(self, table: str, rows: Rows) -> None:
        """Replace an input table; columns a row does not name are null."""
        columns = INPUTS[table]
        given = pa.Table.from_pylist(  # texts cast cleanly to every type of the inputs
            [{name: _text(row.get(name)) for name in columns} for row in rows],
            schema=pa.schema([(name, pa.string()) for name in columns]),
        )
        casts = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
        self.con.register("given_rows", given)
        self.con.execute(f"create or replace temp table {table} as select {casts} from given_rows")
        self.con.unregister("given_rows")

    def build(self) -> None:
        """Build every model from the inputs to rated usage."""
        build(self.con, self.models)

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


@cache
def _rendered(time_zone: str, earlier: str | None) -> tuple[Project, list[Model]]:
    """Return the models of a zone, rendered once: that takes longer than running them."""
    project = Project({"time_zone": time_zone, "allowance_ranks": RANKS}, earlier)
    return project, project.chain(WANTED, INPUTS)


@cache
def engine_of(time_zone: str) -> SqlEngine:
    """Return the one engine of a zone."""
    return SqlEngine(time_zone)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
