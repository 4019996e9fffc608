"""Which rules a part of records may break, told by its columns as a whole.

What belongs here: leaving out rules that no record can break. The rules lie in cdr_rules.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.cdr_rules import Rule, columns_read, nulls_needed
from ingestion.readers.few_valued import filled, side_by_side
from ingestion.usage_columns import TEXT_COLUMNS

# Columns of instants of the usual form, by the name that rules read them under.
_INSTANTS: Final = {
    "started_utc": "started_usual", "ended_utc": "ended_usual", "written_at": "written_at",
}  # fmt: skip


def possible_rules(
    con: duckdb.DuckDBPyConnection,
    texts: pa.Table,
    rules: Iterable[Rule],
    odd: Mapping[str, np.ndarray],
) -> list[Rule]:
    """Return, in their order, the rules that a record of `texts` may break.

    Args:
        con: connection of the batch.
        texts: columns of `cdr_sql.text_select` and of `cdr_sql.READ`, and both of `usual_instants`
            where there are any.
        rules: all of them.
        odd: of `parties.odd_numbers`.
    """
    left = [
        rule for rule in rules if all(texts[column].null_count for column in nulls_needed(rule))
    ]
    for asked, held in _questions(texts, left, odd):
        broken = _broken(con, asked, held)
        left = [rule for rule in left if rule not in asked or rule in broken]
    if _has_instants(texts):
        kept = _intervals_kept(texts)
        left = [rule for rule in left if rule[:2] not in kept]
    return left


def _questions(
    texts: pa.Table, rules: list[Rule], odd: Mapping[str, np.ndarray]
) -> Iterator[tuple[list[Rule], pa.Table]]:
    """Yield rules with the few rows that tell whether a record breaks them."""
    # A rule that reads one column, held as a dictionary, is asked of the texts in that dictionary.
    for columns in side_by_side(_dictionaries(texts)):
        asked = [rule for rule in rules if columns_read(rule) in [{name} for name in columns]]
        yield [rule for rule in asked if not nulls_needed(rule)], filled(columns)
    # One that reads a number and its type, of the numbers that are odd.
    for side, places in odd.items():
        names = [f"{side}_number", f"{side}_number_type"]
        asked = [rule for rule in rules if columns_read(rule) == set(names)]
        yield asked, texts.select(names).take(pa.array(places))
    # One of instants alone grows or falls with each: it holds somewhere only if at an extreme.
    if _has_instants(texts):
        # As numbers: an end in the year 10000 is no date of Python.
        numbers = [_microseconds(texts, own) for own in _INSTANTS.values()]
        corners = list(product(*((column.min(), column.max()) for column in numbers)))
        columns = [pa.array(ends).cast(pa.timestamp("us")) for ends in zip(*corners, strict=True)]
        asked = [rule for rule in rules if columns_read(rule) <= _INSTANTS.keys()]
        yield asked, pa.Table.from_arrays(columns, names=list(_INSTANTS))


def _has_instants(texts: pa.Table) -> bool:
    return set(_INSTANTS.values()) <= set(texts.column_names)


def _microseconds(texts: pa.Table, name: str) -> np.ndarray:
    return texts[name].cast(pa.int64()).to_numpy()


def _intervals_kept(texts: pa.Table) -> set[tuple[str, str]]:
    """Return reason and column of the rules about intervals that every record keeps.

    What rang is left aside: an interval may differ by it, but none differs here.
    """
    apart = _microseconds(texts, "ended_usual") - _microseconds(texts, "started_usual")
    kept = set()
    if not len(apart) or apart.min() >= 0:
        kept.add(("bad_interval", "ended_at"))
    differences = pc.call_function(
        "subtract", [pa.array(apart // 1_000), texts["duration_ms_read"]]
    )
    ends = pc.call_function("min_max", [differences]).as_py()
    most = max(abs(ends["min"] or 0), abs(ends["max"] or 0))
    least_tolerance = pc.call_function("min", [texts["tolerance_s"]]).as_py() or 0
    if most <= 1_000 * least_tolerance:
        kept.add(("bad_interval", "duration_s"))
    return kept


def _broken(con: duckdb.DuckDBPyConnection, asked: list[Rule], held: pa.Table) -> set[Rule]:
    """Return the rules that a row of `held` breaks."""
    if not asked or not len(held):
        return set()
    con.register("few", held)
    select = ", ".join(f"bool_or({condition})" for _, _, condition in asked)
    (found,) = con.execute(f"select {select} from few").fetchall()
    return {rule for rule, is_broken in zip(asked, found, strict=True) if is_broken}


def _dictionaries(texts: pa.Table) -> dict[str, pa.Array]:
    """Return the distinct texts of the columns that are held as a dictionary."""
    return {
        name: texts[name].unify_dictionaries().combine_chunks().dictionary
        for name in TEXT_COLUMNS
        if pa.types.is_dictionary(texts.schema.field(name).type)
    }
