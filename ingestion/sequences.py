"""Files that did not come: the finding `sequence_gap` of the file behind each gap.

What belongs here: what a person who lands files is told at once. The ledger of all streams, with
repeats, resets and silence, is `fct_file_streams` in the warehouse.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

_STREAMS: Final = Path(__file__).parent / "reference" / "file_streams.csv"
_ANY: Final = "*any"

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


@cache
def _declared() -> dict[tuple[str, str, str], int]:
    """Return the last number of each row of `file_streams` whose files are numbered."""
    with _STREAMS.open(encoding="utf-8", newline="") as file:
        return {
            (row["feed"], row["node_id"], row["stream"]): int(row["sequence_last"])
            for row in csv.DictReader(file)
            if row["sequence_last"]
        }


def last_number(feed: str, node: str, stream: str) -> int | None:
    """Return the number after which a stream begins again, by the row that names it nearest."""
    rows = ((feed, node, stream), (feed, node, _ANY), (feed, _ANY, stream), (feed, _ANY, _ANY))
    return next((_declared()[row] for row in rows if row in _declared()), None)


def sequence_gaps(ledger: Queryable) -> list[SequenceGap]:
    """Return every open gap, by node, stream and number.

    After its last number a stream begins again; that step is no gap.
    """
    gaps = []
    before: tuple[str, str, int] | None = None
    for node, stream, number, file_id, feed in ledger.query(_QUERY):
        last = last_number(feed, node, stream)
        if before and before[:2] == (node, stream) and number > before[2] + 1:
            wrapped = last is not None and number > last // 2 and before[2] < last // 2
            if not wrapped:
                gaps.append(SequenceGap(node, stream, before[2] + 1, number - 1, file_id))
        before = (node, stream, number)
    return gaps
