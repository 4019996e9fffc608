"""Numbers that need no look are read as SQL reads them."""

from __future__ import annotations

import random

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from ingestion.readers.cdr_rules import CODES
from ingestion.readers.parties import PLAIN, odd_numbers, party_columns
from ingestion.readers.profile import load_profile

PLAN = load_profile("trunkline_cdr_1").numbering
TEXTS = (
    "999601234567", "+999601234567", "00999601234567", "0601234567", "601234567", "112", "*121#",
    "Bank", "sip:ann@example", "1", "0", "00", "+", "9" * 15, "9" * 16, "99960123456x", "é9", None,
)  # fmt: skip


def numbers(seed: int, kind: pa.DataType) -> pa.Table:
    dice = random.Random(seed)
    columns = {}
    for side in ("a", "b"):
        texts = [dice.choice(TEXTS) for _ in range(200)]
        sent = [dice.choice((*CODES["a_number_type"], "international", None)) for _ in texts]
        columns |= {f"{side}_number": pa.array(texts, pa.string()).cast(kind),
                    f"{side}_number_type": pa.array(sent, pa.string()).cast(kind)}  # fmt: skip
    # Rows of a larger table begin somewhere in its buffers.
    return pa.table(columns).slice(7)


def written(parties: pa.Table) -> pa.Table:
    """Return the columns of parties with plain numbers written out, as those of odd ones are."""
    for party, digits in PLAIN.items():
        plain = [None if n is None else f"msisdn|{n}" for n in parties[digits].to_pylist()]
        texts = zip(plain, parties[party].to_pylist(), strict=True)
        both = [other if text is None else text for text, other in texts]
        place = parties.column_names.index(party)
        parties = parties.set_column(place, party, pa.array(both, pa.string())).drop([digits])
    return parties


@pytest.mark.parametrize("kind", [pa.string(), pa.dictionary(pa.int32(), pa.string())])
@pytest.mark.parametrize("seed", range(8))
def test_plain_numbers_are_what_sql_makes_of_them(seed: int, kind: pa.DataType) -> None:
    held = numbers(seed, kind)
    odd = odd_numbers(held)
    assert all(0 < len(places) < len(held) for places in odd.values())
    every = {side: np.arange(len(held)) for side in odd}
    with duckdb.connect(config={"threads": 1}) as con:
        found, expected = (party_columns(con, held, places, PLAN) for places in (odd, every))
        assert not any(expected[digits].drop_null() for digits in PLAIN.values())
        assert written(found) == written(expected)


def test_a_column_of_plain_numbers_is_read_without_sql() -> None:
    held = numbers(0, pa.string())
    plain = held.filter(
        pa.array(np.isin(np.arange(len(held)), odd_numbers(held)["a"], invert=True))
    )
    digits = {"999601234567", "601234567", "112", "1", "9" * 15}
    assert len(plain) and set(plain["a_number"].to_pylist()) <= digits
    assert set(plain["a_number_type"].to_pylist()) == {"international"}
    assert not len(odd_numbers(plain)["a"])
