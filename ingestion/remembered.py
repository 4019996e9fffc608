"""Identifiers and their tokens in columns, found again without a Python object for each.

What belongs here: looking up what was computed before. Keys and how tokens are made do not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.batch import no_identifiers

NUMBER: Final = "msisdn|"
# SQL of the key of a `kind|value` text: a number of E.164 is its own, others have a hash, above all
# numbers.
KEY_OF_TEXT: Final = (
    f"case when starts_with(text, '{NUMBER}') and regexp_full_match(text[{len(NUMBER) + 1}:], "
    f"'[1-9][0-9]{{0,14}}') then cast(text[{len(NUMBER) + 1}:] as ubigint) "
    f"else hash(text) | {1 << 63}::ubigint end"
)


@dataclass(frozen=True)
class Identifiers:
    """Identifiers to be looked up: numbers of E.164, which need no text, then `kind|value` texts.

    Attributes:
        numbers: int64, each the `msisdn|digits` of its digits.
        texts: all others; a number may stand among them too.
        keys: 64 bits of each number and of each text (`KEY_OF_TEXT`).
    """

    numbers: np.ndarray
    texts: pa.Array
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.numbers) + len(self.texts)

    def take(self, places: np.ndarray) -> pa.Array:
        """Return the texts of identifiers at these places, which are ascending."""
        is_number = places < len(self.numbers)
        numbers = pa.array(self.numbers[places[is_number]]).cast(pa.string())
        written = pc.call_function("binary_join_element_wise", [NUMBER, numbers, ""])
        others = self.texts.take(pa.array(places[~is_number] - len(self.numbers)))
        return pa.concat_arrays([written, others])


class Places:
    """Identifiers (`kind|value`, or others that are texts), each at a place that stays its own.

    The key of an identifier leads to the one place where it may be. That of a number is its own,
    what a text finds is compared: two texts of one key are never taken for each other, the second
    is not found again.

    Attributes:
        identifiers: all of them, in the order in which they came.
    """

    def __init__(self) -> None:
        self.identifiers = pa.array([], pa.string())
        self._keys = np.zeros(0, dtype=np.uint64)  # ascending
        self._places = np.zeros(0, dtype=np.int64)  # of the identifier of each key

    def __len__(self) -> int:
        return len(self.identifiers)

    def places_of(self, asked: Identifiers) -> np.ndarray:
        """Return the place of each identifier, -1 where it is not remembered."""
        if not len(self._keys):
            return np.full(len(asked), -1, dtype=np.int64)
        keys = asked.keys
        order = np.argsort(keys)  # neighbours are looked for one after the other: half the time
        at = np.empty(len(keys), dtype=np.int64)
        at[order] = np.searchsorted(self._keys, keys[order])
        np.minimum(at, len(self._keys) - 1, out=at)
        places = np.where(self._keys[at] == keys, self._places[at], -1)
        of_texts = places[len(asked.numbers) :]
        held = self.identifiers.take(pa.array(np.maximum(of_texts, 0)))
        is_same = pc.call_function("equal", [held, asked.texts])
        of_texts[~is_same.to_numpy(zero_copy_only=False)] = -1
        return places

    def add(self, identifiers: pa.Array, keys: np.ndarray) -> int:
        """Add distinct identifiers that were not found; return the place of the first."""
        start = len(self)
        new, first = np.unique(keys, return_index=True)
        at = np.searchsorted(self._keys, new)
        if len(self._keys):
            is_free = self._keys[np.minimum(at, len(self._keys) - 1)] != new
            new, first, at = new[is_free], first[is_free], at[is_free]
        self.identifiers = pa.concat_arrays([self.identifiers, identifiers])
        self._keys = np.insert(self._keys, at, new)
        self._places = np.insert(self._places, at, first + start)
        return start


class Remembered(Places):
    """Identifiers (`kind|value`) with their tokens.

    Attributes:
        tokens: the token of each identifier.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tokens = pa.array([], pa.string())

    def add_tokens(self, identifiers: pa.Array, keys: np.ndarray, tokens: pa.Array) -> int:
        """Add distinct identifiers that were not found; return the place of the first."""
        self.tokens = pa.concat_arrays([self.tokens, tokens])
        return self.add(identifiers, keys)


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
