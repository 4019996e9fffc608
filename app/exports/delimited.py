"""CSV for systems and spreadsheets: UTF-8, CRLF, ISO dates, exact decimals, guarded text."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.csv as pacsv

from app.exports.arrow import pc
from app.exports.guards import guard

OPTIONS = {"delimiter": ",", "decimal": ".", "eol": "CRLF", "encoding": "UTF-8", "bom": False}


def write_csv(table: pa.Table) -> tuple[bytes, list[str]]:
    """Return the CSV bytes and the names of guarded columns.

    Timestamps are written as ISO 8601 in UTC with a `Z`; booleans as true/false; NULL as nothing.
    """
    guarded_table, guarded = guard(table)
    for position, field in enumerate(guarded_table.schema):
        if pa.types.is_timestamp(field.type):
            column = guarded_table.column(position).cast(pa.timestamp("us"))
            text = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
            guarded_table = guarded_table.set_column(position, field.name, text)
    buffer = io.BytesIO()
    options = pacsv.WriteOptions(
        delimiter=",", eol="\r\n", quoting_style="needed", quoting_header="none"
    )
    pacsv.write_csv(guarded_table, buffer, options)
    return buffer.getvalue(), guarded
