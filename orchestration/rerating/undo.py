"""Undoing a request: the opposite of each of its adjustments, as a request of its own.

What belongs here: what may be undone, and the opposite rows. Nothing that landed is ever removed.
"""

from __future__ import annotations

from typing import Any

import duckdb

from ingestion.home import Home
from orchestration.errors import PipelineError
from orchestration.rating_sql import Project
from orchestration.rerating.landed import closed_months, landed_rows, require_current, writing
from orchestration.rerating.months import month_after
from orchestration.rerating.requests import land_taken, load_due
from orchestration.working_warehouse import working_warehouse


def undo(home: Home, request_id: str, reason: str) -> tuple[dict[str, Any], bool]:
    """Take a request back: the opposite of each of its adjustments, in the first open month.

    Returns:
        The undoing request, and whether this call made it; undone once, it stays undone.

    Raises:
        PipelineError: no such request, it is an undo, or a later request stands on its charges.
    """
    with writing(home, "trunkline rerate undo") as ledger, working_warehouse(home) as con:
        known = {
            row["request_id"]: row for row in landed_rows(con, home, "requests", "requested_at")
        }
        if request_id not in known:
            raise PipelineError(
                f"There is no request {request_id!r}, expected one of `trunkline rerate list`."
            )
        undoings = {
            row["undoes_request_id"]: row for row in known.values() if row["kind"] == "undo"
        }
        if request_id in undoings:
            return undoings[request_id], False
        if known[request_id]["kind"] == "undo":
            raise PipelineError(
                f"Request {request_id} is itself an undo. Rate its days again instead."
            )
        generation = require_current(home, ledger, "feed = 'rating'")
        load_due(con, home)
        _refuse_when_built_on(
            con, request_id, set(undoings) | {r["request_id"] for r in undoings.values()}
        )
        bill_month = month_after(closed_months(con, home)[-1])
        undoing = f"undo-{request_id}"
        con.execute(
            _OPPOSITE, {"request_id": request_id, "undoing": undoing, "bill_month": bill_month}
        )
        request = known[request_id] | {
            "request_id": undoing, "kind": "undo", "undoes_request_id": request_id,
            "reason": reason.strip() or f"undoes {request_id}", "bill_month": bill_month,
            "generation": generation,
        }  # fmt: skip
        return land_taken(home, ledger, con, request, is_named=True)


_PAYER = (
    "adjustments.usage_id = payers.usage_id and adjustments.rating_run = payers.rating_run "
    "and adjustments.is_billable = payers.is_billable and "
    + " and ".join(
        f"adjustments.{name} is not distinct from payers.{name}"
        for name in Project().variable("payer_columns")
    )
)
_OPPOSITE = f"""
create temp table taken as
select
    adjustments.* exclude (request_id, bill_month, version, old_amount, new_amount, delta_amount),
    $undoing as request_id,
    $bill_month as bill_month,
    max(payers.last_version) over (partition by adjustments.usage_id, adjustments.rating_run)
        + 1 as version,
    payers.current_amount as old_amount,
    payers.current_amount - adjustments.delta_amount as new_amount,
    -adjustments.delta_amount as delta_amount
from stg_rating__adjustments as adjustments
inner join int_rating__adjusted_payers as payers on {_PAYER}
where adjustments.request_id = $request_id
"""


def _refuse_when_built_on(
    con: duckdb.DuckDBPyConnection, request_id: str, paired: set[str]
) -> None:
    later = con.execute(
        "select later.request_id, count(distinct later.usage_id) "
        "from stg_rating__adjustments as own "
        "inner join stg_rating__adjustments as later on own.usage_id = later.usage_id "
        "and own.rating_run = later.rating_run and later.version > own.version "
        "where own.request_id = $request_id group by all order by all",
        {"request_id": request_id},
    ).fetchall()
    for other, events in later:
        if other not in paired:
            raise PipelineError(
                f"Request {other} came later for {events:,} of the same events and stands on what "
                f"{request_id} made of them. Undo {other} first."
            )
