"""What the distinct texts of a column tell about all records, so that each is read once.

What belongs here: columns held as a dictionary. What is read of them is decided by cdr_sql.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

_SHORT: Final = 2_000


def read_columns(
    con: duckdb.DuckDBPyConnection, texts: pa.Table, wanted: Mapping[str, tuple[str, str]]
) -> pa.Table:
    """Return `texts`, a relation of the connection too, with columns that are read from one other.

    Args:
        con: connection of the batch.
        texts: of one chunk where a column is a dictionary.
        wanted: by the name of the new column, the one that it is read from, and SQL of it.
    """
    few: dict[str, pa.DictionaryArray] = {
        column: texts[column].combine_chunks()
        for column, _ in wanted.values()
        if pa.types.is_dictionary(texts.schema.field(column).type)
    }
    for columns in side_by_side({column: held.dictionary for column, held in few.items()}):
        con.register("few", filled(columns))
        asked = {name: item for name, item in wanted.items() if item[0] in columns}
        select = ", ".join(f"{sql} as {name}" for name, (_, sql) in asked.items())
        read = con.execute(f"select {select} from few").to_arrow_table()
        for name, (column, _) in asked.items():
            values = read[name].combine_chunks()[: len(columns[column])]
            texts = texts.append_column(name, _taken(values, few[column].indices))
    rest = [f"{sql} as {name}" for name, (column, sql) in wanted.items() if column not in few]
    if rest:
        con.register("texts", texts)
        read = con.execute(f"select {', '.join(rest)} from texts").to_arrow_table()
        for name in read.column_names:
            texts = texts.append_column(name, read[name])
    con.register("texts", texts)
    return texts


def _taken(values: pa.Array, places: pa.Array) -> pa.Array:
    """Return the values at these places, texts by dictionary."""
    if not pa.types.is_string(values.type):
        return values.take(places)
    few = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(few.indices.take(places), few.dictionary)


def side_by_side(few: Mapping[str, pa.Array]) -> Iterator[dict[str, pa.Array]]:
    """Yield columns to be asked in one query: all short ones, and each long one alone."""
    if short := {name: values for name, values in few.items() if len(values) <= _SHORT}:
        yield short
    for name, values in few.items():
        if len(values) > _SHORT:
            yield {name: values}


def filled(columns: Mapping[str, pa.Array]) -> pa.Table:
    """Return columns of one length, with nulls at the end of shorter ones."""
    most = max(len(values) for values in columns.values())
    return pa.table(
        {
            name: pa.concat_arrays([values, pa.nulls(most - len(values), values.type)])
            for name, values in columns.items()
        }
    )


def encoded_anew(texts: pa.Array) -> pa.DictionaryArray:
    """Return texts by a dictionary of those that occur, and no other.

    What a filter has dropped stays in a dictionary, and would be written with it.
    """
    if not pa.types.is_dictionary(texts.type):
        return texts.dictionary_encode()
    held = texts.indices.drop_null().to_numpy()
    is_used = np.bincount(held, minlength=len(texts.dictionary)) > 0
    if is_used.all():
        return texts
    places = pa.array(np.cumsum(is_used, dtype=np.int32) - np.int32(1))
    left = texts.dictionary.take(pa.array(np.flatnonzero(is_used)))
    return pa.DictionaryArray.from_arrays(places.take(texts.indices), left)
