"""Which rules some record of many may break, told by the distinct texts of a column.

What belongs here: leaving out rules that hold for none, so that no record is asked. The rules lie
in cdr_rules.
"""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from ingestion.readers.cdr_rules import Rule, is_of_nulls, reads_only_its_column
from ingestion.usage_columns import TEXT_COLUMNS


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
    if not told:
        return rules
    # One query for all columns: a null breaks none of these rules, so the short ones are filled up.
    most = max(len(values) for values in few.values())
    filled = [
        pa.concat_arrays([values, pa.nulls(most - len(values), values.type)])
        for values in few.values()
    ]
    con.register("few", pa.Table.from_arrays(filled, names=list(few)))
    asked = ", ".join(f"bool_or({condition})" for _, _, condition in told)
    (broken,) = con.execute(f"select {asked} from few").fetchall()
    fine = {rule for rule, is_broken in zip(told, broken, strict=True) if not is_broken}
    return [rule for rule in rules if rule not in fine]


def _dictionaries(texts: pa.Table) -> dict[str, pa.Array]:
    """Return the distinct texts of the columns that are held as a dictionary."""
    return {
        name: texts[name].unify_dictionaries().combine_chunks().dictionary
        for name in TEXT_COLUMNS
        if pa.types.is_dictionary(texts.schema.field(name).type)
    }
