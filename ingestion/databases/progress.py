"""How far a database has been read: told by the files of it that landed, and by nothing else.

What belongs here: the newest instant, free file numbers, rows that need not come again. A reading
that was cut off leaves no trace here, so it is simply done again.
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ingestion import rawstore
from ingestion.databases.heading import STREAM, open_rows
from ingestion.home import Home
from ingestion.ledger import Ledger, stamp

_FILES: Final = (
    "select sequence_no, created_at, file_id from files where node_id = ? and stream = ? "
    "and state = 'landed' and feed = 'tmf' order by sequence_no"
)


@dataclass
class Progress:
    """How far one source has been read.

    Attributes:
        newest: up to which instant of change rows have landed, aware; None before the first file.
        taken: file numbers that landed.
        known: (key, updated_at) of rows in the window that is read again, and the hashes of the
            contents that landed for each.
    """

    newest: datetime | None = None
    taken: frozenset[int] = frozenset()
    known: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    def since(self, overlap_minutes: int) -> datetime | None:
        """Return the instant from which rows are read again."""
        if self.newest is None:
            return None
        return self.newest - timedelta(minutes=overlap_minutes)


def progress_of(ledger: Ledger, source: str) -> Progress:
    """Return how far a source has been read.

    Files land in the order of their rows, but one may be refused between two that land: only what
    lies before the first number that is missing counts as read.
    """
    rows = ledger.query(_FILES, (source, STREAM))
    whole = [row for place, row in enumerate(rows, start=1) if row[0] == place]
    instants = [datetime.fromisoformat(at).replace(tzinfo=UTC) for _, at, _ in whole]
    return Progress(max(instants, default=None), frozenset(number for number, _, _ in rows))


def remember_window(
    home: Home, ledger: Ledger, source: str, found: Progress, since: datetime
) -> None:
    """Fill `known` from the raw bytes of the files that may hold rows from `since` on."""
    rows: list[tuple[Any, ...]] = ledger.query(
        _FILES.replace("order by", "and created_at >= ? order by"), (source, STREAM, stamp(since))
    )
    for _, _, file_id in rows:
        _, lines = open_rows(rawstore.content_of(home, file_id))
        for line in lines.splitlines():
            _, updated, mark, key = json.loads(line)["eventId"].split("|", 3)
            found.known[key, updated].append(mark)
