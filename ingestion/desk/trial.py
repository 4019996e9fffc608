"""What all parts of one retry share: the action, whether it counts, and what it came to.

What belongs here: plain state. Reading and writing do not.
"""

from collections import Counter
from dataclasses import dataclass, field

from ingestion.batch import Progress
from ingestion.desk.book import Action
from ingestion.home import Home
from ingestion.ledger import Ledger


@dataclass
class RetryReport:
    """What a retry came to.

    Attributes:
        action_id: its number in the list of actions; None when nothing was written.
        moves: (records or files, feed, reason before, outcome, reason after) and how many.
        days: feed and local day of records that landed now; the next run builds them again.
        notes: for a person, such as that something cannot be tried.
    """

    action_id: int | None = None
    moves: Counter[tuple[str, str, str, str, str]] = field(default_factory=Counter)
    days: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    def count(self, kind: str, *outcomes: str) -> int:
        """Return how many records or files came to one of these outcomes."""
        return sum(n for key, n in self.moves.items() if key[0] == kind and key[3] in outcomes)


@dataclass(frozen=True)
class Trial:
    """One retry under way; a dry run reads and judges, and writes nothing."""

    home: Home
    ledger: Ledger
    action: Action
    report: RetryReport
    dry_run: bool
    time_zone: str
    progress: Progress
