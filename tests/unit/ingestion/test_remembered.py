"""Tokens that are looked up in columns are those of the key, whatever their hashes are."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ingestion import pseudonyms
from ingestion.home import Home
from ingestion.remembered import Remembered

KEY = b"k" * 32


def _texts(*texts: str) -> pa.Array:
    return pa.array(texts, pa.string())


def _hashes(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.uint64)


def test_an_identifier_is_found_by_its_text_and_not_by_its_hash() -> None:
    known = Remembered().and_more(_texts("a|1", "a|2"), _hashes(9, 4), _texts("t1", "t2"))
    found = known.find(_texts("a|2", "a|3", "a|1", "a|4"), _hashes(4, 4, 9, 7))
    assert found.to_pylist() == ["t2", None, "t1", None]


def test_two_identifiers_of_one_hash_are_both_kept_for_the_vault() -> None:
    known = Remembered().and_more(_texts("a|1", "a|2"), _hashes(4, 4), _texts("t1", "t2"))
    more = known.and_more(_texts("a|3", "a|5"), _hashes(4, 1), _texts("t3", "t5"))
    assert more.identifiers.to_pylist() == ["a|1", "a|2", "a|3", "a|5"]
    found = more.find(_texts("a|1", "a|3", "a|5"), _hashes(4, 4, 1))
    assert found.to_pylist() == ["t1", None, "t5"]


@pytest.mark.parametrize("spread", [1, 7, 2**40])
def test_tokens_are_those_of_the_key_whether_remembered_or_not(spread: int) -> None:
    key = KEY + str(spread).encode()
    for first in (0, 50, 20):
        texts = [f"msisdn|9996{number}" for number in range(first, first + 120)]
        hashes = _hashes(*(number % spread for number in range(first, first + 120)))
        found = pseudonyms.tokens_of(key, _texts(*texts), hashes)
        assert found.to_pylist() == [pseudonyms.token(key, *text.split("|")) for text in texts]


def test_the_vault_holds_every_identifier_once_whatever_the_number_of_rows(tmp_path: Path) -> None:
    vault = pseudonyms.Vault(Home(tmp_path))
    for first, end in ((0, 250), (100, 301), (0, 301)):
        texts = [f"address|{number}|x" for number in range(first, end)]
        tokens = [pseudonyms.token(KEY, "address", text.removeprefix("address|")) for text in texts]
        vault.remember(pa.table({"token": tokens, "identifier": texts}))
    with sqlite3.connect(Home(tmp_path).vault) as con:
        rows = con.execute("select token, kind, value from identifiers").fetchall()
    assert sorted(rows) == sorted(
        (pseudonyms.token(KEY, "address", f"{number}|x"), "address", f"{number}|x")
        for number in range(301)
    )
