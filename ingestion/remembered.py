"""Identifiers and their tokens in columns, found again without a Python object for each.

What belongs here: looking up what was computed before. Keys and how tokens are made do not.
"""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_TEXT = pa.string()


def _no_texts() -> pa.Array:
    return pa.array([], _TEXT)


@dataclass(frozen=True)
class Remembered:
    """Identifiers (`kind|value`) with their tokens.

    A hash of an identifier leads to the one place where it may be, and what lies there is compared:
    two identifiers of one hash are never taken for each other, the second is not found again.

    Attributes:
        identifiers: all of them, in the order in which they came.
        tokens: the token of each.
        hashes: 64-bit hashes, ascending.
        places: of the identifier of each hash.
    """

    identifiers: pa.Array = field(default_factory=_no_texts)
    tokens: pa.Array = field(default_factory=_no_texts)
    hashes: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    places: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def find(self, identifiers: pa.Array, hashes: np.ndarray) -> pa.Array:
        """Return the token of each identifier, null where it is not remembered."""
        if not len(self.hashes):
            return pa.nulls(len(identifiers), _TEXT)
        order = np.argsort(hashes)  # neighbours are looked for one after the other: half the time
        at = np.empty(len(hashes), dtype=np.int64)
        at[order] = np.searchsorted(self.hashes, hashes[order])
        places = pa.array(self.places[np.minimum(at, len(self.hashes) - 1)])
        is_same = pc.call_function("equal", [self.identifiers.take(places), identifiers])
        tokens = self.tokens.take(places)
        return pc.call_function("if_else", [is_same, tokens, pa.scalar(None, _TEXT)])

    def and_more(self, identifiers: pa.Array, hashes: np.ndarray, tokens: pa.Array) -> "Remembered":
        """Return what is remembered with more of it: distinct identifiers that were not found."""
        new, first = np.unique(hashes, return_index=True)
        at = np.searchsorted(self.hashes, new)
        if len(self.hashes):
            is_free = self.hashes[np.minimum(at, len(self.hashes) - 1)] != new
            new, first, at = new[is_free], first[is_free], at[is_free]
        return Remembered(
            pa.concat_arrays([self.identifiers, identifiers]),
            pa.concat_arrays([self.tokens, tokens]),
            np.insert(self.hashes, at, new),
            np.insert(self.places, at, first + len(self.identifiers)),
        )
