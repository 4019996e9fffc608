"""Make text columns harmless to spreadsheets (CWE-1236). Numbers and dates are never touched."""

from __future__ import annotations

import pyarrow as pa

from app.exports.arrow import pc

# ASCII and full-width signs that start a formula, and the control characters that hide one.
_DANGEROUS = "^[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20]"
_PHONE = r"^\+\d+$"


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def plain_text(table: pa.Table) -> pa.Table:
    """Return the table with dictionary columns as text and phone-like text without its plus."""
    for position, field in enumerate(table.schema):
        column = table.column(position)
        if pa.types.is_dictionary(field.type):
            column = column.cast(pa.string())
        if _is_text(column.type):
            column = pc.replace_substring_regex(column, pattern=r"^\+(\d+)$", replacement=r"\1")
        table = table.set_column(position, field.name, column)
    return table


def guard(table: pa.Table) -> tuple[pa.Table, list[str]]:
    """Prefix dangerous text with an apostrophe.

    Args:
        table: Any table; only string columns are looked at.

    Returns:
        The guarded table and the names of columns in which a value was changed.
    """
    guarded: list[str] = []
    table = plain_text(table)
    for position, field in enumerate(table.schema):
        if not _is_text(field.type):
            continue
        column = table.column(position)
        mask = pc.fill_null(pc.match_substring_regex(column, pattern=_DANGEROUS), False)
        if pc.any(mask).as_py():
            prefixed = pc.binary_join_element_wise(
                pa.scalar("'", field.type), column, pa.scalar("", field.type)
            )
            table = table.set_column(position, field.name, pc.if_else(mask, prefixed, column))
            guarded.append(field.name)
    return table, guarded
