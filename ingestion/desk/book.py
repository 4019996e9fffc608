"""The log of the desk in the ledger: each action once, and what it made of each record and file.

What belongs here: rows of `quarantine_actions`, `_outcomes` and `_days`. Nothing in them is ever
changed; an action is taken back by another one.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from ingestion.ledger import Ledger, stamp


class Outcome(NamedTuple):
    """What an action made of one record, file or suspended usage event.

    Attributes:
        file_id: None for usage of a closed month whose event is gone.
        record_no: None for a whole file.
        usage_id, rating_run: given for usage that landed and waits for a price, and for it only.
    """

    file_id: str | None
    record_no: int | None
    outcome: str
    reason_code: str | None
    detail: str | None
    usage_id: str | None = None
    rating_run: str | None = None


@dataclass(frozen=True)
class Action:
    """One thing a person did at the desk.

    Attributes:
        kind: retry, write_off or reopen.
        undoes: the write-off that a reopening takes back.
    """

    action_id: int
    kind: str
    by: str
    reason: str
    selection: dict[str, Any]
    undoes: int | None = None


def next_id(ledger: Ledger) -> int:
    """Return the number the next action takes."""
    rows = ledger.query("select coalesce(max(action_id), 0) + 1 from quarantine_actions")
    return int(rows[0][0])


def note(
    ledger: Ledger,
    action: Action,
    outcomes: Iterable[Outcome],
    days: Iterable[tuple[str, date]] = (),
    landed_seq: int | None = None,
) -> None:
    """Write outcomes of an action, and the action itself the first time, in one transaction.

    Args:
        ledger: may be inside a transaction already; then this is part of it.
        action: the same for all its parts.
        outcomes: what became of records and files.
        days: (feed, local day) of records that landed.
        landed_seq: number of the landing batch; the next free one when None.
    """
    with ledger.transaction() as con:
        seq = ledger.max_seq() + 1 if landed_seq is None else landed_seq
        con.execute(
            "insert or ignore into quarantine_actions values (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                action.action_id, action.kind, seq, stamp(datetime.now(UTC)), action.by,
                action.reason, json.dumps(action.selection, sort_keys=True), action.undoes,
            ),
        )  # fmt: skip
        con.executemany(
            "insert into quarantine_outcomes values (?, ?, ?, ?, ?, ?, ?, ?)",
            ((action.action_id, *outcome) for outcome in outcomes),
        )
        con.executemany(
            "insert or ignore into quarantine_days values (?, ?, ?)",
            ((seq, feed, day.isoformat()) for feed, day in days),
        )


def actions(ledger: Ledger) -> list[dict[str, Any]]:
    """Return all actions, oldest first, each with its outcomes counted and what undid it."""
    columns = (
        "action_id", "kind", "acted_at", "acted_by", "reason", "selection", "undoes_action_id",
        "records", "files", "usage_events", "outcomes", "undone_by",
    )  # fmt: skip
    rows = ledger.query(
        "select actions.action_id, kind, acted_at, acted_by, reason, selection, undoes_action_id, "
        "coalesce(sum(record_no is not null and usage_id is null and outcome is not null), 0), "
        "coalesce(sum(record_no is null and usage_id is null and outcome is not null), 0), "
        "count(usage_id), "
        "(select json_group_object(outcome, n) from (select outcome, count(*) as n from "
        "quarantine_outcomes as o where o.action_id = actions.action_id group by outcome)), "
        "(select action_id from quarantine_actions as later "
        "where later.undoes_action_id = actions.action_id) "
        "from quarantine_actions as actions left join quarantine_outcomes using (action_id) "
        "group by actions.action_id order by actions.action_id"
    )
    found: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in rows]
    for row in found:
        row["selection"] = json.loads(row["selection"])
        row["outcomes"] = json.loads(row["outcomes"])
    return found
