"""Rating closed days again: what is due becomes adjustments, once per request, and can be undone.

What belongs here: which rows a request takes and what it is refused for. What is due is the model
`int_rating__due_adjustments`, asked of what has landed by now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from ingestion.home import Home
from ingestion.sql_text import quoted
from orchestration.errors import PipelineError
from orchestration.rating_sql import Project, build
from orchestration.rerating.landed import (
    REQUEST,
    Piece,
    closed_months,
    land_piece,
    landed,
    landed_rows,
    require_current,
    writing,
)
from orchestration.rerating.months import month_after, months_of
from orchestration.rerating.tables import TABLES, ensure_tables
from orchestration.working_warehouse import working_warehouse

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DUE = "int_rating__due_adjustments"
BUILT_CHANGES = "build.main.int_rating__closed_changes"
SCOPES = {"subscription": "subscription_id", "partner": "partner_id", "plan": "plan_id"}


@dataclass(frozen=True)
class Wanted:
    """What to rate again: local days, both included, narrowed by one `kind=value` or by nothing."""

    first: date
    last: date
    scope: str = ""

    def condition(self, relation: str) -> str:
        """Return which rows of `relation` fit, as a condition: all payers of an event or none."""
        days = f"usage_date between date '{self.first}' and date '{self.last}'"
        if not self.scope:
            return days
        kind, _, value = self.scope.partition("=")
        identifier = quoted(value)
        return (
            f"{days} and (usage_id, rating_run) in (select (usage_id, rating_run) "
            f"from {relation} where {SCOPES[kind]} = '{identifier}')"
        )


def wanted_of(first: date, last: date, scope: str = "") -> Wanted:
    """Return what is asked for.

    Raises:
        PipelineError: the days are in the wrong order, or the scope is of no known kind.
    """
    if last < first:
        raise PipelineError(
            f"--to {last} lies before --from {first}, expected the same or a later day."
        )
    kind, _, value = scope.partition("=")
    if scope and (kind not in SCOPES or not value):
        raise PipelineError(
            f"scope is {scope!r}, expected one of {', '.join(f'{name}=ID' for name in SCOPES)}."
        )
    return Wanted(first, last, scope)


def load_due(con: duckdb.DuckDBPyConnection, home: Home, changes: str = BUILT_CHANGES) -> None:
    """Create `int_rating__due_adjustments` on a connection with the working warehouse as `build`.

    Adjustments are read as they have landed by now, so that a request whose run is still to come
    is not made twice.

    Args:
        con: from `working_warehouse`.
        home: the deployment.
        changes: the relation that says what rating judges otherwise than was billed.
    """
    con.execute(f"create temp view stg_rating__adjustments as from {landed(home, 'adjustments')}")
    con.execute(f"create or replace temp view int_rating__closed_changes as from {changes}")
    given = ["stg_rating__adjustments", "int_rating__closed_changes"]
    build(con, Project().chain([_DUE], given))


def rerate(
    home: Home, wanted: Wanted, reason: str, request_id: str | None = None
) -> tuple[dict[str, Any], bool]:
    """Write what is due for closed days as adjustments, billed in the first open month.

    Args:
        home: the deployment; its last run has to hold all usage and tariffs that landed.
        wanted: days and scope.
        reason: why, for whoever reads the list.
        request_id: its name; the same name again returns what it did the first time.

    Returns:
        The request, and whether this call made it. Without a name and with nothing due, no request
        is made.

    Raises:
        PipelineError: an open month is asked for, the name was used for something else, or the
            warehouse does not show all that landed.
    """
    if not reason.strip():
        raise PipelineError("The reason is empty, expected why these days are rated again.")
    if request_id is not None and not _ID.fullmatch(request_id):
        raise PipelineError(
            f"Request {request_id!r} is no name, expected up to 64 of a-z, 0-9 and -."
        )
    with writing(home, "trunkline rerate") as ledger, working_warehouse(home) as con:
        known = {
            row["request_id"]: row for row in landed_rows(con, home, "requests", "requested_at")
        }
        if request_id in known:
            return _same(known[request_id], wanted), False
        closed = closed_months(con, home)
        require_closed(closed, wanted)
        generation = require_current(home, ledger, "feed = 'rating'")
        load_due(con, home)
        name, bill_month = request_id or _free_name(known, wanted), month_after(closed[-1])
        con.execute(
            f"create temp table taken as select *, date '{bill_month}' as bill_month, "
            f"'{name}' as request_id from {_DUE} where {wanted.condition(_DUE)}"
        )
        request = {
            "request_id": name, "kind": "rerate", "undoes_request_id": None,
            "reason": reason.strip(), "from_date": wanted.first, "to_date": wanted.last,
            "scope": wanted.scope or None, "bill_month": bill_month, "generation": generation,
        }  # fmt: skip
        return land_taken(home, ledger, con, request, is_named=request_id is not None)


def requests_list(home: Home) -> list[dict[str, Any]]:
    """Return all requests, oldest first, with `undone_by`."""
    ensure_tables(home)
    with duckdb.connect() as con:
        rows = landed_rows(con, home, "requests", "requested_at, request_id")
    undone = {row["undoes_request_id"]: row["request_id"] for row in rows if row["kind"] == "undo"}
    return [row | {"undone_by": undone.get(row["request_id"])} for row in rows]


def require_closed(closed: list[date], wanted: Wanted) -> None:
    """Refuse days of open months: a run rates those again by itself.

    Raises:
        PipelineError: names the first open month.
    """
    for month in months_of(wanted.first, wanted.last):
        if month not in closed:
            raise PipelineError(
                f"Month {month:%Y-%m} is open, expected closed months only: `trunkline run` rates "
                "an open month again by itself. Ask for days of closed months."
            )


def land_taken(
    home: Home,
    ledger: Any,
    con: duckdb.DuckDBPyConnection,
    request: dict[str, Any],
    *,
    is_named: bool,
) -> tuple[dict[str, Any], bool]:
    """Land the rows of `taken` and the request itself."""
    events, rows = con.execute("select count(distinct usage_id), count(*) from taken").fetchall()[0]
    (tariff_hash,) = con.execute(
        "select tariff_hash from build.main.dim_tariff_versions"
    ).fetchall()[0]
    request = request | {
        "tariff_hash": tariff_hash, "events": events, "adjustments": rows,
        "requested_at": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    }  # fmt: skip
    if rows == 0 and not is_named:
        return request, False
    columns = list(TABLES["requests"])
    marks = ", ".join(f"cast(? as {kind}) as {name}" for name, kind in TABLES["requests"].items())
    con.execute(f"create temp table asked as select {marks}", [request[name] for name in columns])
    piece = Piece(
        f"request-{request['request_id']}",
        REQUEST,
        f"request={request['request_id']}",
        {
            "adjustments": "from taken order by started_at, usage_id, rating_run, delta_amount",
            "requests": "from asked",
        },
    )
    land_piece(home, ledger, con, piece)
    return request, True


def _same(request: dict[str, Any], wanted: Wanted) -> dict[str, Any]:
    asked = Wanted(request["from_date"], request["to_date"], request["scope"] or "")
    if request["kind"] != "rerate" or asked != wanted:
        raise PipelineError(
            f"Request {request['request_id']} was made for {asked.first} to {asked.last}"
            f"{f' ({asked.scope})' if asked.scope else ''}, expected the same again. "
            "Choose another name."
        )
    return request


def _free_name(known: dict[str, Any], wanted: Wanted) -> str:
    stem = f"rerate-{wanted.first:%Y%m%d}-{wanted.last:%Y%m%d}"
    names = (f"{stem}-{number}" for number in range(1, len(known) + 2))
    return next(name for name in names if name not in known)
