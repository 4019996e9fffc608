"""What the quarantine desk did since the last build: the days of records that a retry landed.

Part of the fast path: one look at the ledger, and nothing heavy is imported.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True)
class Retried:
    """What was done at the desk.

    Attributes:
        max_seq: Number of its newest action, 0 when there is none.
        days: (feed, local day as ISO text) of records that landed since.
    """

    max_seq: int
    days: list[tuple[str, str]]


def read_retried(connection: sqlite3.Connection, since: int) -> Retried:
    """Return what happened after sequence number `since`; an older ledger has no desk."""
    tables = "select count(*) from sqlite_master where name like 'quarantine\\_%' escape '\\'"
    if not connection.execute(tables).fetchone()[0]:
        return Retried(0, [])
    newest = connection.execute(
        "select max(seq) from (select coalesce(max(landed_seq), 0) as seq from quarantine_actions "
        "union all select coalesce(max(landed_seq), 0) from quarantine_days)"
    ).fetchone()[0]
    days = connection.execute(
        "select distinct feed, day from quarantine_days where landed_seq > ?", [since]
    ).fetchall()
    return Retried(int(newest), days)
