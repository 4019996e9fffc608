"""Files that did not come: gaps in the sequence of each node and stream.

What belongs here: the sequence ledger (control B2). It is computed from the files seen, so a file
that comes later closes its gap.
"""

from dataclasses import dataclass
from typing import Any, Final, Protocol

from ingestion.readers.mediation import PROFILE
from ingestion.readers.profile import load_profile
from ingestion.readers.roaming_heading import SEQUENCE_LAST

_QUERY: Final = (
    "select node_id, stream, sequence_no, min(file_id), min(feed) from files "
    "where sequence_no is not null and node_id is not null and state <> 'duplicate' "
    "group by node_id, stream, sequence_no order by node_id, stream, sequence_no"
)


class Queryable(Protocol):
    """Anything that answers SQL over the ledger."""

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        ...


@dataclass(frozen=True)
class SequenceGap:
    """Numbers `first` to `last` of a stream did not come; `file_id` is the next that did."""

    node_id: str
    stream: str
    first: int
    last: int
    file_id: str

    @property
    def missing(self) -> int:
        """Number of files that did not come (more than 0 also where the number wraps)."""
        return self.last - self.first + 1


def sequence_gaps(ledger: Queryable) -> list[SequenceGap]:
    """Return every open gap, by node, stream and number.

    After the last number of its format a stream begins again at 1; that step is no gap.
    """
    mediation_last = load_profile(PROFILE).sequence_last
    gaps = []
    before: tuple[str, str, int] | None = None
    for node, stream, number, file_id, feed in ledger.query(_QUERY):
        last_number = SEQUENCE_LAST.get(feed, mediation_last)
        if before and before[:2] == (node, stream) and number > before[2] + 1:
            wrapped = number > last_number // 2 and before[2] < last_number // 2
            if not wrapped:
                gaps.append(SequenceGap(node, stream, before[2] + 1, number - 1, file_id))
        before = (node, stream, number)
    return gaps
