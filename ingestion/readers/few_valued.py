"""What the distinct texts of a column tell about all records, so that each is asked once.

What belongs here: columns held as a dictionary. The rules lie in cdr_rules, the numbers in cdr_sql.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from ingestion.readers.cdr_rules import Rule, is_of_nulls, reads_only_its_column
from ingestion.usage_columns import TEXT_COLUMNS

_SHORT: Final = 2_000


def possible_rules(
    con: duckdb.DuckDBPyConnection, texts: pa.Table, rules: Iterable[Rule]
) -> list[Rule]:
    """Return, in their order, the rules that a record of `texts` may break.

    A rule that reads one column, held as a dictionary, is asked of the texts in that dictionary.
    """
    rules = [rule for rule in rules if not is_of_nulls(rule) or texts[rule[1]].null_count]
    few = _dictionaries(texts)
    told = [
        rule
        for rule in rules
        if rule[1] in few and reads_only_its_column(rule) and not is_of_nulls(rule)
    ]
    broken: set[Rule] = set()
    for columns in _side_by_side(few):
        asked = [rule for rule in told if rule[1] in columns]
        if asked:
            con.register("few", pa.Table.from_arrays(_filled(columns), names=list(columns)))
            select = ", ".join(f"bool_or({condition})" for _, _, condition in asked)
            (found,) = con.execute(f"select {select} from few").fetchall()
            broken.update(rule for rule, is_broken in zip(asked, found, strict=True) if is_broken)
    return [rule for rule in rules if rule not in told or rule in broken]


def read_columns(
    con: duckdb.DuckDBPyConnection, texts: pa.Table, wanted: Mapping[str, tuple[str, str]]
) -> pa.Table:
    """Return `texts`, a relation of the connection too, with columns that are read from one other.

    Args:
        con: connection of the batch.
        texts: of one chunk where a column is a dictionary.
        wanted: by the name of the new column, the one that it is read from, and SQL of it.
    """
    rest = []
    for name, (column, sql) in wanted.items():
        if not pa.types.is_dictionary(texts.schema.field(column).type):
            rest.append(f"{sql} as {name}")
            continue
        held = texts[column].combine_chunks()
        con.register("few", pa.Table.from_arrays([held.dictionary], names=[column]))
        values = con.execute(f"select {sql} as value from few").to_arrow_table()["value"]
        texts = texts.append_column(name, values.combine_chunks().take(held.indices))
    if rest:
        con.register("texts", texts)
        read = con.execute(f"select {', '.join(rest)} from texts").to_arrow_table()
        for name in read.column_names:
            texts = texts.append_column(name, read[name])
    con.register("texts", texts)
    return texts


def encoded_anew(texts: pa.Array) -> pa.DictionaryArray:
    """Return texts by a dictionary of those that occur, and no other.

    What a filter has dropped stays in a dictionary, and would be written with it.
    """
    if not pa.types.is_dictionary(texts.type):
        return texts.dictionary_encode()
    used = np.bincount(texts.indices.drop_null().to_numpy(), minlength=len(texts.dictionary))
    return texts if used.all() else texts.dictionary_decode().dictionary_encode()


def _dictionaries(texts: pa.Table) -> dict[str, pa.Array]:
    """Return the distinct texts of the columns that are held as a dictionary."""
    return {
        name: texts[name].unify_dictionaries().combine_chunks().dictionary
        for name in TEXT_COLUMNS
        if pa.types.is_dictionary(texts.schema.field(name).type)
    }


def _side_by_side(few: dict[str, pa.Array]) -> Iterator[dict[str, pa.Array]]:
    """Yield columns to be asked in one query: all short ones, and each long one alone."""
    yield {name: values for name, values in few.items() if len(values) <= _SHORT}
    for name, values in few.items():
        if len(values) > _SHORT:
            yield {name: values}


def _filled(columns: dict[str, pa.Array]) -> list[pa.Array]:
    """Return columns of one length: a null breaks no rule that is asked here."""
    most = max(len(values) for values in columns.values())
    return [
        pa.concat_arrays([values, pa.nulls(most - len(values), values.type)])
        for values in columns.values()
    ]
