"""Usage records that land as rows of their table, put together from the parts made of them.

What belongs here: tokens of identifiers, and which part a column comes from. Writing does not.
"""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers import cdr_sql
from ingestion.readers.few_valued import encoded_anew
from ingestion.readers.parties import SIDES
from ingestion.readers.staging import Stage
from ingestion.schemas import Table

_NUMBER: Final = "msisdn|"
_PREFIX_DIGITS: Final = 8


def token_rows(stage: Stage, texts: pa.Table, verdicts: pa.Table) -> pa.Table:
    """Return a row of tokens for each record, by dictionary, and note them for the vault.

    Args:
        stage: of the batch.
        texts: columns of `cdr_sql.text_select`.
        verdicts: columns of `cdr_sql.judged` of the same records.
    """
    encoded, identifiers = [], []
    for column, kind in cdr_sql.TOKENS.values():
        held = texts if column in texts.column_names else verdicts
        found = encoded_anew(held[column].combine_chunks())
        encoded.append(found)
        parts = [kind, found.dictionary, ""]
        identifiers.append(pc.call_function("binary_join_element_wise", parts))
    tokens = stage.tokens_of(pa.concat_arrays(identifiers))
    columns, start = {}, 0
    for name, found in zip(cdr_sql.TOKENS, encoded, strict=True):
        own = tokens.slice(start, len(found.dictionary))
        columns[name] = pa.DictionaryArray.from_arrays(found.indices, own)
        start += len(own)
    for side, found in zip(SIDES, encoded, strict=False):
        columns[f"{side}_prefix"] = _prefixes(found.dictionary).take(found.indices)
    return pa.table(columns)


def _prefixes(parties: pa.Array) -> pa.Array:
    """Return the leading digits of `msisdn|digits`, null of `address|text`."""
    is_number = pc.call_function("starts_with", [parties], pc.MatchSubstringOptions(_NUMBER))
    options = pc.SliceOptions(len(_NUMBER), len(_NUMBER) + _PREFIX_DIGITS)
    digits = pc.call_function("utf8_slice_codeunits", [parties], options)
    return pc.call_function("if_else", [is_number, digits, pa.scalar(None, pa.string())])


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
