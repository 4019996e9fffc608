"""Usage records that land as rows of their table, put together from the parts made of them.

What belongs here: tokens of identifiers, and which part a column comes from. Writing does not.
"""

import pyarrow as pa

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
    columns = []
    for column, kind in cdr_sql.TOKENS.values():
        text = (texts if column in texts.column_names else verdicts)[column].combine_chunks()
        encoded = encoded_anew(text)
        identifiers = [kind + text for text in encoded.dictionary.to_pylist()]
        tokens = pa.array(stage.tokens_of(identifiers), pa.string())
        columns.append(pa.DictionaryArray.from_arrays(encoded.indices, tokens))
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
            numbers = derived[name].combine_chunks().cast(pa.binary(16))
            columns.append(pa.ExtensionArray.from_storage(pa.uuid(), numbers))
        elif name in cdr_sql.AS_THEY_ARE:
            columns.append(texts[name])
        else:
            columns.append((tokens if name in cdr_sql.TOKENS else derived)[name])
    return pa.Table.from_arrays(columns, names=list(table.columns))
