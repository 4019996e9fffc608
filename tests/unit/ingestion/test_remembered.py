"""Tokens that are looked up in columns are those of the key, whatever their hashes are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from ingestion import pseudonyms
from ingestion.remembered import Noted, Remembered

KEY = b"k" * 32


def _texts(*texts: str) -> pa.Array:
    return pa.array(texts, pa.string())


def _hashes(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.uint64)


def test_an_identifier_is_found_by_its_text_and_not_by_its_hash() -> None:
    known = Remembered()
    known.add(_texts("a|1", "a|2"), _hashes(9, 4), _texts("t1", "t2"))
    found = known.places_of(_texts("a|2", "a|3", "a|1", "a|4"), _hashes(4, 4, 9, 7))
    assert found.tolist() == [1, -1, 0, -1]


def test_the_second_identifier_of_a_hash_is_kept_and_not_found() -> None:
    known = Remembered()
    known.add(_texts("a|1", "a|2"), _hashes(4, 4), _texts("t1", "t2"))
    assert known.add(_texts("a|3", "a|5"), _hashes(4, 1), _texts("t3", "t5")) == 2
    assert known.identifiers.to_pylist() == ["a|1", "a|2", "a|3", "a|5"]
    found = known.places_of(_texts("a|1", "a|3", "a|5"), _hashes(4, 4, 1))
    assert found.tolist() == [0, -1, 3]


def test_what_a_batch_notes_is_listed_once_and_can_be_taken_back() -> None:
    known, noted = Remembered(), Noted()
    known.add(_texts("a|1", "a|2"), _hashes(1, 2), _texts("t1", "t2"))
    noted.note(known, np.array([1, 1]))
    before = noted.copy()
    known.add(_texts("a|3"), _hashes(3), _texts("t3"))
    noted.note(known, np.array([2, 1]))
    assert noted.rows().to_pydict() == {"token": ["t2", "t3"], "identifier": ["a|2", "a|3"]}
    assert before.rows().to_pydict() == {"token": ["t2"], "identifier": ["a|2"]}


@pytest.mark.parametrize("spread", [1, 7, 2**40])
def test_tokens_are_those_of_the_key_whether_remembered_or_not(spread: int) -> None:
    key = KEY + str(spread).encode()
    for first in (0, 50, 20):
        numbers = [*range(first, first + 120), first]
        texts = [f"msisdn|9996{number}" for number in numbers]
        hashes = _hashes(*(number % spread for number in numbers))
        known, places = pseudonyms.places_of(key, _texts(*texts), hashes)
        found = known.tokens.take(pa.array(places)).to_pylist()
        assert found == [pseudonyms.token(key, *text.split("|")) for text in texts]
        assert known.identifiers.take(pa.array(places)).to_pylist() == texts
