"""Tokens that are looked up in columns are those of the key, whatever their hashes are."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from ingestion import pseudonyms
from ingestion.remembered import KEY_OF_TEXT, Identifiers, Noted, Remembered

KEY = b"k" * 32


def _texts(*texts: str) -> pa.Array:
    return pa.array(texts, pa.string())


def _keys(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.uint64)


def _asked(texts: tuple[str, ...], keys: tuple[int, ...], *numbers: int) -> Identifiers:
    """Return numbers and texts as they are looked up; the keys are of the texts."""
    return Identifiers(np.array(numbers, dtype=np.int64), _texts(*texts), _keys(*numbers, *keys))


def test_a_text_is_found_by_itself_and_not_by_its_hash() -> None:
    known = Remembered()
    known.add_tokens(_texts("a|1", "a|2"), _keys(9, 4), _texts("t1", "t2"))
    found = known.places_of(_asked(("a|2", "a|3", "a|1", "a|4"), (4, 4, 9, 7)))
    assert found.tolist() == [1, -1, 0, -1]


def test_a_number_is_found_whether_it_was_added_as_text_or_not() -> None:
    known = Remembered()
    known.add_tokens(_texts("msisdn|34600", "a|2"), _keys(34600, 1 << 63), _texts("t1", "t2"))
    found = known.places_of(_asked(("a|2", "msisdn|34600"), (1 << 63, 34600), 34600, 34601))
    assert found.tolist() == [0, -1, 1, 0]


def test_the_key_of_a_text_is_its_number_or_a_hash_above_all_numbers() -> None:
    texts = ("msisdn|34600", "msisdn|0346", "msisdn|" + "9" * 15, "msisdn|" + "9" * 16, "msisdn|+1",
             "msisdn|", "imsi|34600", "address|34600")  # fmt: skip
    with duckdb.connect() as con:
        con.register("identifiers", pa.table({"text": _texts(*texts)}))
        keys = [key for (key,) in con.sql(f"select {KEY_OF_TEXT} from identifiers").fetchall()]
    assert (keys[0], keys[2]) == (34600, 10**15 - 1)
    assert all(keys[place] >= 1 << 63 for place in (1, 3, 4, 5, 6, 7))


def test_the_second_identifier_of_a_hash_is_kept_and_not_found() -> None:
    known = Remembered()
    known.add_tokens(_texts("a|1", "a|2"), _keys(4, 4), _texts("t1", "t2"))
    assert known.add_tokens(_texts("a|3", "a|5"), _keys(4, 1), _texts("t3", "t5")) == 2
    assert known.identifiers.to_pylist() == ["a|1", "a|2", "a|3", "a|5"]
    found = known.places_of(_asked(("a|1", "a|3", "a|5"), (4, 4, 1)))
    assert found.tolist() == [0, -1, 3]


def test_what_a_batch_notes_is_listed_once_and_can_be_taken_back() -> None:
    known, noted = Remembered(), Noted()
    known.add_tokens(_texts("a|1", "a|2"), _keys(1, 2), _texts("t1", "t2"))
    noted.note(known, np.array([1, 1]))
    before = noted.copy()
    known.add_tokens(_texts("a|3"), _keys(3), _texts("t3"))
    noted.note(known, np.array([2, 1]))
    assert noted.rows().to_pydict() == {"token": ["t2", "t3"], "identifier": ["a|2", "a|3"]}
    assert before.rows().to_pydict() == {"token": ["t2"], "identifier": ["a|2"]}


@pytest.mark.parametrize("spread", [1, 7, 2**40])
def test_tokens_are_those_of_the_key_whether_remembered_or_not(spread: int) -> None:
    key = KEY + str(spread).encode()
    for first in (0, 50, 20):
        numbers = [*range(first, first + 120), first]
        texts = tuple(f"imsi|9996{number}" for number in numbers)
        asked = _asked(
            texts, tuple(number % spread + (1 << 63) for number in numbers), *numbers[1:]
        )
        known, places = pseudonyms.places_of(key, asked)
        named = [*(f"msisdn|{number}" for number in numbers[1:]), *texts]
        found = known.tokens.take(pa.array(places)).to_pylist()
        assert found == [pseudonyms.token(key, *text.split("|")) for text in named]
        assert known.identifiers.take(pa.array(places)).to_pylist() == named
