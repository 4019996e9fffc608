"""Usage records that land as rows of their table, put together from the parts made of them.

What belongs here: tokens of identifiers, and which part a column comes from. Writing does not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers import cdr_sql
from ingestion.readers.few_valued import encoded_anew
from ingestion.readers.parties import PLAIN, SIDES
from ingestion.readers.staging import Stage
from ingestion.remembered import NUMBER
from ingestion.schemas import Table

_PREFIX_DIGITS: Final = 8
_POWERS_OF_TEN: Final = 10 ** np.arange(16, dtype=np.int64)  # a number of E.164 has 15 digits


@dataclass(frozen=True)
class _Distinct:
    """The distinct identifiers of a column, numbers first, and which of them each record has.

    Attributes:
        numbers: int64, of E.164.
        texts: others, `kind|value`.
        indices: of the identifier of each record, null where it has none.
    """

    numbers: pa.Array
    texts: pa.Array
    indices: pa.Array


def token_rows(stage: Stage, texts: pa.Table, verdicts: pa.Table) -> pa.Table:
    """Return a row of tokens for each record, by dictionary, and note them for the vault.

    Args:
        stage: of the batch.
        texts: columns of `cdr_sql.text_select`.
        verdicts: columns of `cdr_sql.judged` of the same records.
    """
    found = {name: _distinct(name, texts, verdicts) for name in cdr_sql.TOKENS}
    numbers = pa.concat_arrays([item.numbers for item in found.values()])
    tokens = stage.tokens_of(
        numbers.to_numpy(), pa.concat_arrays([item.texts for item in found.values()])
    )
    columns, number, text = {}, 0, len(numbers)
    for name, item in found.items():
        own = [tokens.slice(number, len(item.numbers)), tokens.slice(text, len(item.texts))]
        columns[name] = pa.DictionaryArray.from_arrays(item.indices, pa.concat_arrays(own))
        number, text = number + len(item.numbers), text + len(item.texts)
    for side in SIDES:
        item = found[f"{side}_token"]
        few = _prefixes(item)
        indices = few.indices.take(item.indices)
        columns[f"{side}_prefix"] = pa.DictionaryArray.from_arrays(indices, few.dictionary)
    return pa.table(columns)


def _distinct(name: str, texts: pa.Table, verdicts: pa.Table) -> _Distinct:
    column, kind = cdr_sql.TOKENS[name]
    held = texts if column in texts.column_names else verdicts
    encoded = encoded_anew(held[column].combine_chunks())
    others = encoded.dictionary
    if kind:
        others = pc.call_function("binary_join_element_wise", [kind, others, ""])
    if column not in PLAIN:
        return _Distinct(pa.array([], pa.int64()), others, encoded.indices)
    plain = verdicts[PLAIN[column]].combine_chunks().dictionary_encode()
    behind = pc.call_function(
        "add", [encoded.indices, pa.scalar(len(plain.dictionary), pa.int32())]
    )
    indices = pc.call_function("coalesce", [plain.indices, behind])
    return _Distinct(plain.dictionary, others, indices)


def _prefixes(parties: _Distinct) -> pa.DictionaryArray:
    """Return the leading digits of each distinct number, null of `address|text`."""
    numbers = parties.numbers.to_numpy()
    digits = np.searchsorted(_POWERS_OF_TEN, numbers, side="right")
    leading = numbers // _POWERS_OF_TEN[np.maximum(digits - _PREFIX_DIGITS, 0)]
    few = pa.array(leading).dictionary_encode()
    of_numbers = pa.DictionaryArray.from_arrays(few.indices, few.dictionary.cast(pa.string()))
    is_number = pc.call_function("starts_with", [parties.texts], pc.MatchSubstringOptions(NUMBER))
    options = pc.SliceOptions(len(NUMBER), len(NUMBER) + _PREFIX_DIGITS)
    sliced = pc.call_function("utf8_slice_codeunits", [parties.texts], options)
    of_texts = pc.call_function("if_else", [is_number, sliced, pa.scalar(None, pa.string())])
    both = pa.chunked_array([of_numbers, of_texts.dictionary_encode()])
    return both.unify_dictionaries().combine_chunks()


def usage_rows(
    stage: Stage,
    table: Table,
    *,
    texts: pa.Table,
    verdicts: pa.Table,
    tokens: pa.Table,
    derived: pa.Table,
) -> pa.Table:
    """Return records with all columns of `table`, those of few values by dictionary.

    Args:
        stage: of the batch.
        table: where the records land.
        texts: columns of `cdr_sql.text_select` and of `cdr_sql.READ`.
        verdicts: columns of `cdr_sql.judged` of the same records.
        tokens: of `token_rows`.
        derived: columns of `cdr_sql.derived`.
    """
    files = pa.array([item.file_id for item in stage.job.files], pa.string())
    made = {
        "file_id": pa.DictionaryArray.from_arrays(texts["file_no"].combine_chunks(), files),
        "time_flag": _time_flags(verdicts),
    } | {name: _uuids(derived, name) for name in cdr_sql.HASHED}
    columns = []
    for name in table.columns:
        held = name if name in cdr_sql.AS_THEY_ARE else cdr_sql.READ_AS.get(name, name)
        parts = (part for part in (tokens, verdicts, derived, texts) if held in part.column_names)
        columns.append(made[name] if name in made else next(parts)[held])
    return pa.Table.from_arrays(columns, names=list(table.columns))


def _time_flags(verdicts: pa.Table) -> pa.Array:
    folds = [verdicts[f"{end}_fold"].combine_chunks() for end in ("start", "end")]
    is_twice = pc.call_function("or", folds).to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(
        pa.array(is_twice.astype(np.int8)), pa.array(["exact", "ambiguous"])
    )


def _uuids(derived: pa.Table, name: str) -> pa.Array:
    """Return the 16 bytes of the two numbers that DuckDB gives: half the time of its hex text."""
    halves = [derived[f"{name}_{half}"].to_numpy() for half in ("first", "last")]
    numbers = np.stack(halves, axis=1).astype("<u8", copy=False)
    storage = [None, pa.py_buffer(numbers)]
    found = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(numbers), storage)
    return pa.ExtensionArray.from_storage(pa.uuid(), found)
