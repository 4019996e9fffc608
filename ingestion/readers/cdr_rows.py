"""Usage records that land as rows of their table, put together from the parts made of them.

What belongs here: tokens of identifiers, and which part a column comes from. Writing does not.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers import cdr_sql
from ingestion.readers.few_valued import encoded_anew
from ingestion.readers.staging import Stage
from ingestion.schemas import Table


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
    columns, start = [], 0
    for found in encoded:
        own = tokens.slice(start, len(found.dictionary))
        columns.append(pa.DictionaryArray.from_arrays(found.indices, own))
        start += len(own)
    return pa.Table.from_arrays(columns, names=list(cdr_sql.TOKENS))


def usage_rows(
    stage: Stage, table: Table, texts: pa.Table, tokens: pa.Table, derived: pa.Table
) -> pa.Table:
    """Return records with all columns of `table`, those of few values by dictionary.

    Args:
        stage: of the batch.
        table: where the records land.
        texts: columns of `cdr_sql.text_select`.
        tokens: of `token_rows`.
        derived: columns of `cdr_sql.derived`.
    """
    files = pa.array([item.file_id for item in stage.job.files], pa.string())
    columns = []
    for name, kind in table.columns.items():
        if name == "file_id":
            places = texts["file_no"].combine_chunks()
            columns.append(pa.DictionaryArray.from_arrays(places, files))
        elif kind == "UUID":
            is_line = name == "content_hash"
            storage = _content_hash(derived) if is_line else _bytes_of(derived[name])
            columns.append(pa.ExtensionArray.from_storage(pa.uuid(), storage))
        elif name in cdr_sql.AS_THEY_ARE:
            columns.append(texts[name])
        else:
            columns.append((tokens if name in cdr_sql.TOKENS else derived)[name])
    return pa.Table.from_arrays(columns, names=list(table.columns))


def _bytes_of(uuids: pa.ChunkedArray) -> pa.Array:
    return uuids.combine_chunks().cast(pa.binary(16))


def _content_hash(derived: pa.Table) -> pa.Array:
    """Return the 16 bytes of the two numbers that DuckDB gives: half the time of its hex text."""
    halves = [derived[f"content_hash_{half}"].to_numpy() for half in ("first", "last")]
    numbers = np.stack(halves, axis=1).astype("<u8", copy=False)
    storage = [None, pa.py_buffer(numbers)]
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(numbers), storage)
