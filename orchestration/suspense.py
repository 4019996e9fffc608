"""What the `quarantine` commands show of suspended usage: groups by reason, ages, values, events.

What belongs here: reading what is published. The decision is in `ingestion.desk.suspense`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.desk.suspense import WantedUsage, matching
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.sql_text import quoted
from orchestration.desk import remedies
from orchestration.errors import PipelineError
from orchestration.generations import DATABASE, Publications
from orchestration.leases import lease

METHOD = (
    "Values are estimates: the units of an event at the average charge per unit of rated usage of "
    "its run, service and direction in its month, or in all months where the month has none. Ages "
    "are days before the last day with usage, as of the generation readers see."
)


def published_usage(home: Home) -> pa.Table:
    """Return all rows of fct_suspended_usage that readers see.

    Raises:
        PipelineError: nothing is published yet, or by a version without the table.
    """
    store = Publications(home.published)
    name = store.pointer_or_none()
    if name is None:
        raise PipelineError("nothing is published yet: `trunkline run` rates what has landed.")
    with lease(store.folder(name)), duckdb.connect() as con:
        path = quoted(str(store.folder(name) / DATABASE))
        con.execute(f"attach '{path}' as seen (read_only)")
        try:
            return con.execute(
                "select * replace (usage_id::varchar as usage_id) "
                "from seen.main.fct_suspended_usage"
            ).to_arrow_table()
        except duckdb.CatalogException as error:
            raise PipelineError(
                "the published generation has no table of suspended usage; `trunkline run` adds it."
            ) from error


def usage_groups(home: Home, wanted: WantedUsage, statuses: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row per run, feed, reason, service, status and currency, the most valuable first.

    `estimated_value` is None where nothing like it was ever rated.
    """
    found = _found(home, wanted, statuses)
    with duckdb.connect() as con:
        con.register("found", found)
        rows = con.execute(
            "select rating_run, feed, reason_code, service_type, status, currency, "
            "count(*) as events, sum(units)::bigint as units, any_value(unit) as unit, "
            "min(usage_date) as oldest, max(age_days) as age_days, "
            "sum(estimated_amount) as estimated_value from found group by all "
            "order by estimated_value desc nulls last, rating_run, feed, reason_code, service_type"
        ).to_arrow_table()
    actions = remedies()
    return [
        row | {"action": actions.get(row["reason_code"], {}).get("action", "")}
        for row in rows.to_pylist()
    ]


def usage_listed(
    home: Home, wanted: WantedUsage, statuses: Sequence[str], most: int
) -> list[dict[str, Any]]:
    """Return single events and runs, oldest first, at most `most`, with a reference to each."""
    rows = _found(home, wanted, statuses).slice(0, most).to_pylist()
    return [{"ref": _ref(row)} | row for row in rows]


def _found(home: Home, wanted: WantedUsage, statuses: Sequence[str]) -> pa.Table:
    usage = published_usage(home)
    with Ledger(home) as ledger:
        return matching(ledger, usage, wanted, statuses)


def _ref(row: dict[str, Any]) -> str | None:
    return f"{row['file_id'][:12]}:{row['record_no']}" if row["file_id"] else None
