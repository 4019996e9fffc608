"""The parties of usage records as their tokens name them, whole columns of numbers at once.

What belongs here: telling plain numbers, which need no look, from odd ones. What an odd number
means lies in numbers.py.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers import numbers
from ingestion.readers.cdr_rules import CODES
from ingestion.readers.profile import NumberingPlan

SIDES: Final = ("a", "b")
# Columns of odd numbers, and those of plain ones beside them.
PLAIN: Final = {f"{side}_party": f"{side}_digits" for side in SIDES}
_LONGEST: Final = 15  # digits of a number of E.164
_ZERO: Final = np.uint8(ord("0"))


def odd_numbers(texts: pa.Table) -> dict[str, np.ndarray]:
    """Return for each side the places of the numbers that are not plain.

    A plain one was sent as international and is 1 to 15 digits, the first of which is no 0: it is
    E.164 as it stands, and no rule about numbers and their types is broken by it.
    """
    found = {}
    for side in SIDES:
        kinds = texts[f"{side}_number_type"]
        is_international = pc.call_function("equal", [kinds, "international"])
        told = pc.call_function("coalesce", [is_international, pa.scalar(False)])
        is_plain = told.to_numpy() & _are_digits(texts[f"{side}_number"].combine_chunks())
        found[side] = np.flatnonzero(~is_plain)
    return found


def _are_digits(texts: pa.Array) -> np.ndarray:
    """Say of each text whether it is 1 to 15 digits without a leading 0."""
    strings = texts.cast(pa.string())
    _, bounds, letters = strings.buffers()
    if not len(strings) or letters is None:
        return np.zeros(len(strings), dtype=bool)
    offsets = np.frombuffer(bounds, dtype=np.int32)[strings.offset :][: len(strings) + 1]
    data = np.frombuffer(letters, dtype=np.uint8)[: offsets[-1]]
    lengths = np.diff(offsets)
    found = (lengths >= 1) & (lengths <= _LONGEST)
    is_other = data - _ZERO > 9  # what lies before `0` wraps round
    if is_other.any():
        before = np.concatenate([np.zeros(1, dtype=np.int32), np.cumsum(is_other, dtype=np.int32)])
        found &= before[offsets[1:]] == before[offsets[:-1]]
    found[found] = data[offsets[:-1][found]] != _ZERO
    return found & strings.is_valid().to_numpy(zero_copy_only=False)


def party_columns(
    con: duckdb.DuckDBPyConnection,
    texts: pa.Table,
    odd: Mapping[str, np.ndarray],
    plan: NumberingPlan,
) -> pa.Table:
    """Return for each side what its token is made of, its type and its dialled prefix.

    Columns `<side>_digits` of plain numbers, `<side>_party` of odd ones (`msisdn|digits` or
    `address|text`), and by dictionary `<side>_resolved_type` and `<side>_dialled_prefix`.

    Args:
        con: connection of the batch.
        texts: columns of `cdr_sql.text_select`.
        odd: of `odd_numbers`.
        plan: the numbering plan of the sender.
    """
    columns = {}
    for side in SIDES:
        number = texts[f"{side}_number"].combine_chunks().cast(pa.string())
        lists = {"resolved_type": CODES[f"{side}_number_type"],
                 "dialled_prefix": numbers.prefixes(plan)}  # fmt: skip
        party = pa.nulls(len(texts), pa.string())
        codes = {name: pa.array(np.zeros(len(texts), dtype=np.uint8)) for name in lists}
        if len(odd[side]):
            mask = np.zeros(len(texts), dtype=bool)
            mask[odd[side]] = True
            read = _read(con, texts, side, odd[side], plan)
            number = _replaced(number, mask, pa.nulls(len(odd[side]), number.type))
            party = _replaced(party, mask, read["party"].combine_chunks())
            for name, before in codes.items():
                codes[name] = _replaced(before, mask, read[name].combine_chunks().indices)
        columns[f"{side}_digits"] = number.cast(pa.int64())
        columns[f"{side}_party"] = party
        for name, values in lists.items():
            columns[f"{side}_{name}"] = pa.DictionaryArray.from_arrays(
                codes[name], pa.array(values, pa.string())
            )
    return pa.table(columns)


def _read(
    con: duckdb.DuckDBPyConnection,
    texts: pa.Table,
    side: str,
    places: np.ndarray,
    plan: NumberingPlan,
) -> pa.Table:
    """Return party, type and prefix of the numbers of one side at these places."""
    names = [f"{side}_number", f"{side}_number_type"]
    con.register("odd_numbers", texts.select(names).take(pa.array(places)))
    number, sent = names
    prefix = numbers.dialled_prefix(number, "kind", plan)
    kinds = f"select *, {numbers.number_kind(number, sent, plan)} as kind from odd_numbers"
    return con.execute(
        f"select {numbers.party(number, 'kind', prefix, plan)} as party, "
        f"{_few_valued('kind', CODES[sent])} as resolved_type, "
        f"{_few_valued(prefix, numbers.prefixes(plan))} as dialled_prefix from ({kinds})"
    ).to_arrow_table()


def _few_valued(text: str, values: Iterable[str]) -> str:
    """Return SQL of a text as a dictionary of its values; null where it is none of them."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"try_cast({text} as enum({listed}))"


def _replaced(column: pa.Array, mask: np.ndarray, by: pa.Array) -> pa.Array:
    """Return a column with other values where the mask is set."""
    return pc.call_function("replace_with_mask", [column, pa.array(mask), by])
