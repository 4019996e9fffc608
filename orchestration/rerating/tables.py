"""The columns of what closing and re-rating land, and the empty files that carry them.

What belongs here: names and DuckDB types. `_schema.parquet` lets the models be built before any
month is closed, and gives old snapshots the columns that came later (as nulls).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from ingestion.home import Home
from ingestion.sql_text import quoted
from orchestration.durable import fsync_folder

FEED: Final = "rating"
_MONEY: Final = "DECIMAL(18,6)"

_WHO: Final = {
    "subscription_id": "VARCHAR", "account_id": "VARCHAR", "customer_id": "VARCHAR",
    "partner_id": "VARCHAR", "plan_id": "VARCHAR", "payment_kind": "VARCHAR",
}  # fmt: skip

_EVENT: Final = {
    "usage_id": "UUID", "rating_run": "VARCHAR", "started_at": "TIMESTAMP",
    "started_local": "TIMESTAMP", "usage_date": "DATE", "usage_month": "DATE",
    "service_type": "VARCHAR", "direction": "VARCHAR",
}  # fmt: skip

TABLES: Final[dict[str, dict[str, str]]] = {
    # A month's rows of fct_rated_usage as its bills were made from them.
    "closed_usage": _EVENT | {"status": "VARCHAR", "reason_code": "VARCHAR"} | _WHO | {
        "rate_card_id": "VARCHAR", "destination_id": "VARCHAR", "destination_kind": "VARCHAR",
        "matched_prefix": "VARCHAR", "origin_zone": "VARCHAR", "band_id": "VARCHAR",
        "rate_id": "VARCHAR", "quantity": "BIGINT", "charged_quantity": "BIGINT",
        "free_quantity": "BIGINT", "segment_count": "BIGINT", "unit_price": _MONEY,
        "gross_amount": _MONEY, "discount_amount": _MONEY, "allowance_amount": _MONEY,
        "cap_amount": _MONEY, "charge_amount": _MONEY, "currency": "VARCHAR",
        "tax_class": "VARCHAR", "trunk_id": "VARCHAR", "cell_id": "VARCHAR",
        "is_billable": "BOOLEAN", "non_billable_reason": "VARCHAR", "duration_s": "BIGINT",
        "bytes_total": "BIGINT", "event_count": "BIGINT", "tariff_hash": "VARCHAR",
    },
    "closed_fees": {
        "subscription_id": "VARCHAR", "account_id": "VARCHAR", "customer_id": "VARCHAR",
        "plan_id": "VARCHAR", "rate_card_id": "VARCHAR", "month": "DATE",
        "monthly_fee": "DECIMAL(18,2)", "period_from": "DATE", "period_to": "DATE",
        "days_in_month": "BIGINT", "tax_class": "VARCHAR", "currency": "VARCHAR",
        "active_days": "BIGINT", "exact_amount": _MONEY, "net_amount": "DECIMAL(18,2)",
    },
    "closed_lines": {
        "bill_line_id": "VARCHAR", "bill_id": "VARCHAR", "account_id": "VARCHAR",
        "subscription_id": "VARCHAR", "plan_id": "VARCHAR", "bill_month": "DATE",
        "line_kind": "VARCHAR", "service_type": "VARCHAR", "destination_kind": "VARCHAR",
        "tax_class": "VARCHAR", "period_from": "DATE", "period_to": "DATE", "events": "BIGINT",
        "quantity": "BIGINT", "charged_quantity": "BIGINT", "free_quantity": "BIGINT",
        "proration_fraction": _MONEY, "exact_amount": _MONEY, "rounding_amount": _MONEY,
        "net_amount": "DECIMAL(18,2)", "currency": "VARCHAR",
    },
    "closed_taxes": {
        "bill_id": "VARCHAR", "account_id": "VARCHAR", "bill_month": "DATE",
        "tax_class": "VARCHAR", "currency": "VARCHAR", "recurring_amount": "DECIMAL(18,2)",
        "usage_amount": "DECIMAL(18,2)", "commitment_amount": "DECIMAL(18,2)",
        "adjustment_amount": "DECIMAL(18,2)", "net_amount": "DECIMAL(18,2)",
        "rate_pct": "DECIMAL(9,4)", "tax_amount": "DECIMAL(18,2)",
    },
    "closed_commitments": {
        "commitment_id": "VARCHAR", "bill_id": "VARCHAR", "account_id": "VARCHAR",
        "customer_id": "VARCHAR", "subscription_id": "VARCHAR", "plan_id": "VARCHAR",
        "bill_month": "DATE", "scope": "VARCHAR", "period_from": "DATE", "period_to": "DATE",
        "committed_days": "BIGINT", "proration_fraction": _MONEY, "committed_amount": _MONEY,
        "counted_usage_amount": _MONEY, "counted_fee_amount": _MONEY,
        "exact_shortfall_amount": _MONEY, "shortfall_amount": "DECIMAL(18,2)",
        "tax_class": "VARCHAR", "currency": "VARCHAR",
    },
    # One row per closed month; a month without it is open, whatever else lies there.
    "closes": {
        "month": "DATE", "generation": "VARCHAR", "tariff_hash": "VARCHAR",
        "rated_rows": "BIGINT", "charge_amount": "DECIMAL(38,6)", "bills": "BIGINT",
        "total_amount": "DECIMAL(38,2)", "closed_at": "TIMESTAMP",
    },
    "adjustments": {"request_id": "VARCHAR", "version": "BIGINT", "bill_month": "DATE"}
    | _EVENT | _WHO | {
        "destination_id": "VARCHAR", "destination_kind": "VARCHAR", "tax_class": "VARCHAR",
        "currency": "VARCHAR", "is_billable": "BOOLEAN", "quantity": "BIGINT",
        "old_amount": _MONEY, "new_amount": _MONEY, "delta_amount": _MONEY,
        "tariff_hash": "VARCHAR",
    },
    "requests": {
        "request_id": "VARCHAR", "kind": "VARCHAR", "undoes_request_id": "VARCHAR",
        "reason": "VARCHAR", "from_date": "DATE", "to_date": "DATE", "scope": "VARCHAR",
        "bill_month": "DATE", "tariff_hash": "VARCHAR", "generation": "VARCHAR",
        "events": "BIGINT", "adjustments": "BIGINT", "requested_at": "TIMESTAMP",
    },
}  # fmt: skip


def files_of(home: Home, table: str) -> str:
    """Return the pattern of all Parquet files of a landed table."""
    return str(home.landing / FEED / table / "**" / "*.parquet")


def ensure_tables(home: Home) -> None:
    """Write an empty file per table where none stands, or where its columns have changed."""
    for table, columns in TABLES.items():
        path = home.landing / FEED / table / "_schema.parquet"
        if path.is_file() and _columns(path) == columns:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".tmp")
        listed = ", ".join(f"cast(null as {kind}) as {name}" for name, kind in columns.items())
        with duckdb.connect() as con:
            con.execute(f"copy (select {listed} limit 0) to '{quoted(aside)}' (format parquet)")
        aside.replace(path)
        fsync_folder(path.parent)


def _columns(path: Path) -> dict[str, str]:
    with duckdb.connect() as con:
        rows = con.execute(f"describe from read_parquet('{quoted(path)}')").fetchall()
    return {str(name): str(kind) for name, kind, *_ in rows}
