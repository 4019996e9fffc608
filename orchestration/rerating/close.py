"""Closing a month: its rated usage, fees and bills are kept as they are, for good.

What belongs here: which month may be closed, and what of it is kept.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

from ingestion.home import Home
from orchestration.errors import PipelineError
from orchestration.rerating.landed import (
    CLOSED_MONTH,
    Piece,
    land_piece,
    landed_rows,
    require_current,
    writing,
)
from orchestration.rerating.months import month_after
from orchestration.rerating.tables import ensure_tables
from orchestration.working_warehouse import working_warehouse

_KEPT = {
    "closed_usage": "from build.main.fct_rated_usage where usage_month = {month} "
    "and started_local >= {month} and started_local < {month} + interval 1 month "
    "order by started_at, usage_id, rating_run",
    "closed_fees": "from build.main.int_billing__fees where month = {month} "
    "order by subscription_id, plan_id, period_from",
    "closed_commitments": "from build.main.fct_commitments where bill_month = {month} "
    "order by commitment_id",
    "closed_lines": "from build.main.fct_bill_lines where bill_month = {month} "
    "order by bill_line_id",
    "closed_taxes": "from build.main.int_billing__bill_taxes where bill_month = {month} "
    "order by bill_id, tax_class",
}
_CLOSE = """
select
    {month} as month,
    '{generation}' as generation,
    (select tariff_hash from build.main.dim_tariff_versions) as tariff_hash,
    (select count(*) from build.main.fct_rated_usage where usage_month = {month}) as rated_rows,
    (
        select coalesce(sum(charge_amount), 0) from build.main.fct_rated_usage
        where usage_month = {month} and rating_run = 'retail'
    ) as charge_amount,
    (select count(*) from build.main.fct_bills where bill_month = {month}) as bills,
    (
        select coalesce(sum(total_amount), 0) from build.main.fct_bills where bill_month = {month}
    ) as total_amount,
    timestamp '{closed_at}' as closed_at
"""


def close_month(home: Home, month: date) -> tuple[dict[str, Any], bool]:
    """Close a local month; what is closed already stays as it is.

    Args:
        home: the deployment; its last build has to be published.
        month: first day of the month.

    Returns:
        The row of `closes`, and whether this call made it.

    Raises:
        PipelineError: the month is not whole, not published, or an earlier one is open.
    """
    with writing(home, "trunkline close") as ledger, working_warehouse(home) as con:
        known = landed_rows(con, home, "closes", "month")
        for row in known:
            if row["month"] == month:
                return row, False
        generation = require_current(home, ledger, f"format = '{CLOSED_MONTH}'")
        _require_next(con, month, [row["month"] for row in known])
        said = {
            "month": f"date '{month}'",
            "generation": generation,
            "closed_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        }
        selects = {name: f"select * {text.format(**said)}" for name, text in _KEPT.items()}
        piece = Piece(
            f"closed-{month:%Y-%m}",
            CLOSED_MONTH,
            f"month={month}",
            selects | {"closes": _CLOSE.format(**said)},
        )
        land_piece(home, ledger, con, piece)
        return landed_rows(con, home, "closes", "month")[-1], True


def _require_next(con: duckdb.DuckDBPyConnection, month: date, closed: list[date]) -> None:
    first, data_to = con.execute(
        "select cast(min(data_from) as date), max(data_to) from build.main.int_billing__data_to"
    ).fetchall()[0]
    if first is None:
        raise PipelineError("No usage has landed, so there is no month to close.")
    expected = month_after(closed[-1]) if closed else first.replace(day=1)
    if month != expected:
        raise PipelineError(
            f"Month {month:%Y-%m} cannot be closed now, expected {expected:%Y-%m}: months close "
            f"in order, from the first usage ({first}) on. Close {expected:%Y-%m} first."
        )
    if month_after(month) > data_to + timedelta(days=1):
        raise PipelineError(
            f"Month {month:%Y-%m} has not ended in the data (usage up to {data_to}), so its bills "
            "are not due. Land the rest of the month and run `trunkline run` first."
        )


def closed_list(home: Home) -> list[dict[str, Any]]:
    """Return the closed months, oldest first, as rows of `closes`."""
    ensure_tables(home)
    with duckdb.connect() as con:
        return landed_rows(con, home, "closes", "month")
