"""Which rules some record of many may break, told by the distinct texts of a column.

What belongs here: leaving out rules that hold for none, so that no record is asked. The rules lie
in cdr_rules.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import duckdb
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
