"""XLSX by typed cells: nothing is a formula or a link unless this module wrote it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from app.exports.guards import plain_text

MAX_LINES = 200_000
TABLE_LINES = 20_000
_ILLEGAL_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_MONEY = "#,##0.00;(#,##0.00);0.00"
_EXACT = "#,##0.000000;(#,##0.000000);0.000000"
_COUNT = "#,##0;(#,##0);0"


@dataclass(frozen=True)
class Facts:
    """A sheet of names and values, one pair per row; sections are pairs with an empty value."""

    name: str
    pairs: Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Lines:
    """A sheet with one table; `totals` names the columns summed under it."""

    name: str
    table: pa.Table
    totals: Sequence[str] = field(default=())
    empty_note: str = "No rows."


def sheet_name(name: str, taken: Sequence[str] = ()) -> str:
    """Return a legal sheet name of at most 31 characters that is not taken yet."""
    clean = _ILLEGAL_IN_NAMES.sub("-", name)[:31] or "Sheet"
    candidate, number = clean, 2
    while candidate.lower() in {other.lower() for other in taken}:
        suffix = f" ({number})"
        candidate, number = clean[: 31 - len(suffix)] + suffix, number + 1
    return candidate


class _Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format(
            {"bold": True, "bg_color": "#F4F6FA", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.name = book.add_format({"bold": True, "valign": "top"})
        self.text = book.add_format({"valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        self.instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        self.money = book.add_format({"num_format": _MONEY})
        self.exact = book.add_format({"num_format": _EXACT})
        self.count = book.add_format({"num_format": _COUNT})
        self.total_money = book.add_format({"num_format": _MONEY, "bold": True, "top": 1})
        self.total_exact = book.add_format({"num_format": _EXACT, "bold": True, "top": 1})
        self.total_count = book.add_format({"num_format": _COUNT, "bold": True, "top": 1})
        self.total_text = book.add_format({"bold": True, "top": 1})

    def number(self, kind: pa.DataType, *, total: bool = False) -> Any:
        """Return the format of a numeric column type."""
        if pa.types.is_integer(kind):
            return self.total_count if total else self.count
        scale = kind.scale if pa.types.is_decimal(kind) else 2
        if scale > 2:
            return self.total_exact if total else self.exact
        return self.total_money if total else self.money


def _writer(sheet: Any, kind: pa.DataType, formats: _Formats) -> Callable[[int, int, Any], Any]:
    """Return the typed write function of one column."""
    if pa.types.is_boolean(kind):
        return lambda row, column, value: sheet.write_string(row, column, "yes" if value else "no")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        style = formats.number(kind)
        return lambda row, column, value: sheet.write_number(row, column, float(value), style)
    if pa.types.is_date(kind):
        return lambda row, column, value: sheet.write_datetime(row, column, value, formats.date)
    if pa.types.is_timestamp(kind):
        return lambda row, column, value: sheet.write_datetime(
            row, column, value.replace(tzinfo=None), formats.instant
        )
    return lambda row, column, value: sheet.write_string(row, column, str(value), formats.text)


def _write_facts(sheet: Any, facts: Facts, formats: _Formats) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 78)
    sheet.write_string(0, 0, facts.name, formats.title)
    for row, (name, value) in enumerate(facts.pairs, start=2):
        sheet.write_string(row, 0, name, formats.name)
        if isinstance(value, bool) or value is None:
            sheet.write_string(
                row, 1, {True: "yes", False: "no", None: "\N{EN DASH}"}[value], formats.wrap
            )
        elif isinstance(value, int | float | Decimal):
            style = formats.count if isinstance(value, int) else formats.money
            sheet.write_number(row, 1, float(value), style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, 1, value.replace(tzinfo=None), formats.instant)
        elif isinstance(value, date):
            sheet.write_datetime(row, 1, datetime(value.year, value.month, value.day), formats.date)  # noqa: DTZ001
        else:
            sheet.write_string(row, 1, str(value), formats.wrap)


def _write_lines(sheet: Any, lines: Lines, formats: _Formats) -> None:
    table = plain_text(lines.table.slice(0, MAX_LINES))
    rows, columns = table.num_rows, table.num_columns
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, name, formats.head)
        values = table.column(column).to_pylist()
        widest = max((len(str(value)) for value in values[:200]), default=0)
        sheet.set_column(column, column, min(48, max(10, len(name) + 1, widest + 1)))
        write = _writer(sheet, table.schema.field(column).type, formats)
        for row, value in enumerate(values, start=1):
            if value is not None:
                write(row, column, value)
        if name in lines.totals and rows:
            span = f"{xl_rowcol_to_cell(1, column)}:{xl_rowcol_to_cell(rows, column)}"
            total = float(sum(value for value in values if value is not None))
            style = formats.number(table.schema.field(column).type, total=True)
            sheet.write_formula(rows + 1, column, f"=SUBTOTAL(109,{span})", style, total)
    if rows:
        sheet.autofilter(0, 0, rows, columns - 1)
        if lines.totals and table.column_names[0] not in lines.totals:
            sheet.write_string(rows + 1, 0, "Total of rows shown", formats.total_text)
    else:
        sheet.write_string(1, 0, lines.empty_note, formats.text)
    if lines.table.num_rows > MAX_LINES:
        note = (
            f"Cut at {MAX_LINES:,} of {lines.table.num_rows:,} rows. Take CSV or Parquet for all."
        )
        sheet.write_string(rows + 2, 0, note, formats.name)


def build_workbook(
    sheets: Sequence[Facts | Lines], *, created: datetime, properties: Mapping[str, str]
) -> bytes:
    """Return an XLSX file.

    Args:
        sheets: Sheets in order; names are cut to 31 characters and made unique.
        created: The issue time, so that the same content gives the same bytes.
        properties: title, subject, … of the document.

    Returns:
        The bytes; equal input gives equal bytes.
    """
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({**properties, "created": created.astimezone(UTC).replace(tzinfo=None)})
    formats = _Formats(book)
    taken: list[str] = []
    for content in sheets:
        name = sheet_name(content.name, taken)
        taken.append(name)
        sheet = book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")
        if isinstance(content, Facts):
            _write_facts(sheet, content, formats)
        else:
            _write_lines(sheet, content, formats)
    book.close()
    return buffer.getvalue()
