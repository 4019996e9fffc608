"""Identifiers and their tokens in columns, found again without a Python object for each.

What belongs here: looking up what was computed before. Keys and how tokens are made do not.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.batch import no_identifiers


class Remembered:
    """Identifiers (`kind|value`) with their tokens, each at a place that stays its own.

    A hash of an identifier leads to the one place where it may be, and what lies there is compared:
    two identifiers of one hash are never taken for each other, the second is not found again.

    Attributes:
        identifiers: all of them, in the order in which they came.
        tokens: the token of each.
    """

    def __init__(self) -> None:
        self.identifiers = self.tokens = pa.array([], pa.string())
        self._hashes = np.zeros(0, dtype=np.uint64)  # ascending
        self._places = np.zeros(0, dtype=np.int64)  # of the identifier of each hash

    def __len__(self) -> int:
        return len(self.identifiers)

    def places_of(self, identifiers: pa.Array, hashes: np.ndarray) -> np.ndarray:
        """Return the place of each identifier, -1 where it is not remembered.

        Args:
            identifiers: the texts.
            hashes: 64 bits of each, by which it was added.
        """
        if not len(self._hashes):
            return np.full(len(identifiers), -1, dtype=np.int64)
        order = np.argsort(hashes)  # neighbours are looked for one after the other: half the time
        at = np.empty(len(hashes), dtype=np.int64)
        at[order] = np.searchsorted(self._hashes, hashes[order])
        places = self._places[np.minimum(at, len(self._hashes) - 1)]
        held = self.identifiers.take(pa.array(places))
        is_same = pc.call_function("equal", [held, identifiers])
        return np.where(is_same.to_numpy(zero_copy_only=False), places, -1)

    def add(self, identifiers: pa.Array, hashes: np.ndarray, tokens: pa.Array) -> int:
        """Add distinct identifiers that were not found; return the place of the first."""
        start = len(self)
        new, first = np.unique(hashes, return_index=True)
        at = np.searchsorted(self._hashes, new)
        if len(self._hashes):
            is_free = self._hashes[np.minimum(at, len(self._hashes) - 1)] != new
            new, first, at = new[is_free], first[is_free], at[is_free]
        self.tokens = pa.concat_arrays([self.tokens, tokens])
        self.identifiers = pa.concat_arrays([self.identifiers, identifiers])
        self._hashes = np.insert(self._hashes, at, new)
        self._places = np.insert(self._places, at, first + start)
        return start


class Noted:
    """Which of the identifiers remembered a batch has: a mark at each place."""

    def __init__(self) -> None:
        self._marks: dict[Remembered, np.ndarray] = {}

    def note(self, known: Remembered, places: np.ndarray) -> None:
        """Mark identifiers at these places."""
        marks = np.zeros(len(known), dtype=bool)
        before = self._marks.get(known, marks[:0])
        marks[: len(before)] = before
        marks[places] = True
        self._marks[known] = marks

    def copy(self) -> "Noted":
        """Return the same marks, to come back to."""
        copied = Noted()
        copied._marks = dict(self._marks)
        return copied

    def rows(self) -> pa.Table:
        """Return token and identifier of what is marked."""
        tables = [
            pa.Table.from_arrays(
                [column.take(pa.array(np.flatnonzero(marks)))
                 for column in (known.tokens, known.identifiers)],
                names=["token", "identifier"],
            )
            for known, marks in self._marks.items()
        ]  # fmt: skip
        return pa.concat_tables([no_identifiers(), *tables])
