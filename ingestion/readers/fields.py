"""Plain lines into one text column per field, by a parser that knows no quotes.

What belongs here: lines of a known number of fields. Lines that need care are split in frame.py.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from pyarrow import csv

from ingestion.readers.frame import SPECIAL_SCHEMA, Framed

_BLOCK_BYTES = 2 << 20  # of the parser; no plain line is as long
_BOM = b"\xef\xbb\xbf"


def split_fields(framed: Framed, delimiter: str, kinds: Sequence[pa.DataType]) -> Framed:
    """Return the same lines; `plain` has the columns `f1`, `f2` ..., null where empty.

    Lines with another number of fields become `special`, with the problem `field_count`; of an
    empty line all fields are null.

    Args:
        framed: the lines.
        delimiter: one character between fields.
        kinds: text, or a dictionary of texts, of each field of a line.
    """
    names = [f"f{number}" for number in range(1, len(kinds) + 1)]
    if not len(framed.plain):
        empty = [pa.nulls(0, kind) for kind in kinds]
        return dataclasses.replace(framed, plain=_with(framed.plain, names, empty))
    ragged: list[int] = []

    def skip(row: csv.InvalidRow) -> str:
        ragged.append(row.number - 1)
        return "skip"

    # The parser would take a mark at the very start for that of the file.
    lead = 1 if framed.plain_bytes.startswith(_BOM) else 0
    source = b"\n" * lead + framed.plain_bytes if lead else framed.plain_bytes
    found = csv.read_csv(
        pa.BufferReader(source),
        read_options=csv.ReadOptions(
            use_threads=False, block_size=_BLOCK_BYTES, column_names=names
        ),
        parse_options=csv.ParseOptions(
            delimiter=delimiter,
            quote_char=False,
            double_quote=False,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict(zip(names, kinds, strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,  # `frame` has looked
        ),
    ).slice(lead)
    plain, special = framed.plain, framed.special
    if ragged:
        places = np.array(ragged) - lead
        special = pa.concat_tables([special, _without_fields(plain.take(places))])
        fits = np.ones(len(plain), dtype=bool)
        fits[places] = False
        plain = plain.filter(pa.array(fits))
    return dataclasses.replace(framed, plain=_with(plain, names, found.columns), special=special)


def _with(plain: pa.Table, names: list[str], columns: list) -> pa.Table:
    for name, column in zip(names, columns, strict=True):
        plain = plain.append_column(name, column)
    return plain


def _without_fields(lines: pa.Table) -> pa.Table:
    fields = pa.nulls(len(lines), SPECIAL_SCHEMA.field("fields").type)
    problem = pa.array(["field_count"] * len(lines), pa.string())
    table = lines.append_column("fields", fields).append_column("problem", problem)
    return table.cast(SPECIAL_SCHEMA)
