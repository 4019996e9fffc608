"""Whether a database answers otherwise than at the last build: what a build is due for, too.

Part of the fast path: one look at the ledger, and nothing heavy is imported.
"""

from __future__ import annotations

import sqlite3


def newest_reading(connection: sqlite3.Connection) -> int:
    """Return the landing number of the newest change; 0 without one, and of an older ledger."""
    there = "select count(*) from sqlite_master where name = 'database_readings'"
    if not connection.execute(there).fetchone()[0]:
        return 0
    newest = "select coalesce(max(landed_seq), 0) from database_readings"
    return int(connection.execute(newest).fetchone()[0])
