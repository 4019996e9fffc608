"""How readings of databases ended, in the ledger: every attempt, and in words when it failed.

What belongs here: the rows of the table `database_readings`. Reading itself does not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ingestion.ledger import Ledger, stamp

SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"
DROPPED: Final = "dropped"
_NEWEST: Final = (
    "select source, outcome, reason from database_readings where reading_id in "
    "(select max(reading_id) from database_readings group by source)"
)


@dataclass(frozen=True)
class Reading:
    """One attempt.

    Attributes:
        source: name of the profile.
        read_at: when it ended, aware.
        outcome: `succeeded`, `failed`, or `dropped`: its profile is there no more.
        rows: that are to land.
        reason: why it failed, without a secret.
    """

    source: str
    read_at: datetime
    outcome: str
    rows: int = 0
    reason: str | None = None


def dropped(ledger: Ledger, sources: Collection[str], at: datetime) -> list[Reading]:
    """Return a reading of each source that is read no more, once."""
    return [
        Reading(source, at, DROPPED, reason="its profile was taken away")
        for source, outcome, _ in ledger.query(_NEWEST)
        if source not in sources and outcome != DROPPED
    ]


def put_readings(ledger: Ledger, readings: Sequence[Reading]) -> None:
    """Write readings down.

    One that ended otherwise than the one before has a landing number, so that a build is due though
    no file landed. Those that ended alike are exported with the next news.
    """
    if not readings:
        return
    with ledger.transaction() as con:
        before = set(ledger.query(_NEWEST))
        news = ledger.max_seq() + 1
        con.executemany(
            "insert into database_readings (source, outcome, reason, read_at, rows_read, "
            "landed_seq) values (?, ?, ?, ?, ?, ?)",
            [
                (
                    *(said := (item.source, item.outcome, item.reason)),
                    stamp(item.read_at),
                    item.rows,
                    None if said in before else news,
                )
                for item in readings
            ],
        )
