"""A deck file as text: CSV, spreadsheet or Parquet into one relation, rows numbered as in the file.

What belongs here: opening files and finding columns. What a value means is decided in `rows`.
"""

import csv
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import python_calamine as calamine

from ingestion.decks.profile import COLUMNS, DeckProfile
from ingestion.decks.workbook import repacked
from ingestion.expansion import expand, is_gzip
from ingestion.reasons import RefusedError
from ingestion.sql_text import quoted

_SPREADSHEET: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PARQUET: Final = b"PAR1"
_MAGNITUDE: Final = 15  # digits a spreadsheet keeps


def format_of(data: bytes) -> str:
    """Return what kind of deck file these bytes are."""
    if data.startswith(_SPREADSHEET):
        return "rate deck spreadsheet"
    return "rate deck Parquet" if data.startswith(_PARQUET) else "rate deck CSV"


def read_source(con: duckdb.DuckDBPyConnection, path: Path, profile: DeckProfile) -> None:
    """Create the view `deck_text`.

    Args:
        con: gets `deck_text`: record_no (line or row from 1), raw_line, and `<column>_` for every
            name of COLUMNS: trimmed text, null where empty or not mapped. Empty rows are left out.
        path: the file.
        profile: where its columns are.

    Raises:
        RefusedError: the file cannot be read, or lacks a column of the profile.
    """
    with path.open("rb") as file:
        start = file.read(4)
    kind = format_of(start)
    try:
        if kind == "rate deck CSV":
            names = _read_csv(con, expand(path.read_bytes()), path, profile)
        elif kind == "rate deck Parquet":
            names = _read_parquet(con, path)
        else:
            names = _read_sheet(con, path, profile)
    except (duckdb.Error, UnicodeDecodeError, LookupError, csv.Error) as error:
        text = " ".join(str(error).split())[:160]
        raise RefusedError("malformed", f"the file cannot be read ({text}).") from error
    _name_columns(con, names, profile)


def _read_csv(
    con: duckdb.DuckDBPyConnection, data: bytes, path: Path, profile: DeckProfile
) -> list[str]:
    """Create `deck_raw` (c1, c2, ..., line_no) and return the names of its columns."""
    start = 0
    for _ in range(profile.heading_row - 1):
        start = data.find(b"\n", start) + 1 or len(data)
    head = data[start : data.find(b"\n", start) + 1 or len(data)]
    text = head.decode(profile.encoding).removeprefix("\ufeff")
    cells = next(csv.reader(StringIO(text, newline=""), delimiter=profile.delimiter), [])
    names = [cell.strip() for cell in cells] if profile.heading_row else [""] * len(cells)
    if not cells:
        raise RefusedError("schema", f"line {max(profile.heading_row, 1)} has no columns.")
    types = ", ".join(f"'c{place + 1}': 'VARCHAR'" for place in range(len(cells)))
    packed = ", compression = 'gzip'" if is_gzip(path.read_bytes()[:2]) else ""
    source = (
        f"read_csv('{quoted(path)}', header = false, auto_detect = false, quote = '\"', "
        f"escape = '\"', delim = '{quoted(profile.delimiter)}', null_padding = true, "
        f"strict_mode = false, skip = {profile.heading_row}, columns = {{{types}}}, "
        f"encoding = '{quoted(profile.encoding)}'{packed}"
    )
    try:
        con.execute(f"create or replace temp table deck_raw as select * from {source})")
    except duckdb.Error as error:
        if "parallel" not in str(error):
            raise
        con.execute(
            f"create or replace temp table deck_raw as select * from {source}, parallel = false)"
        )
    _number_lines(con, data, profile.heading_row)
    return names


def _number_lines(con: duckdb.DuckDBPyConnection, data: bytes, skipped: int) -> None:
    """Create `deck_numbered`: `deck_raw` and the line of each row; blank lines are no rows."""
    con.execute("drop view if exists deck_numbered")
    if b"\n\n" not in data and b"\n\r\n" not in data:
        con.execute(
            f"create temp view deck_numbered as select *, rowid + {skipped + 1} as line_no "
            "from deck_raw"
        )
        return
    lines = [number for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    lines = np.array([number for number in lines if number > skipped], dtype=np.int64)
    con.register("deck_lines", pa.table({"row": np.arange(len(lines)), "line_no": lines}))
    con.execute(
        "create temp view deck_numbered as select deck_raw.*, line_no "
        "from deck_raw inner join deck_lines on deck_raw.rowid = deck_lines.row"
    )


def _read_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    source = f"read_parquet('{quoted(path)}')"
    names = [column[0] for column in con.execute(f"select * from {source} limit 0").description]
    fields = ", ".join(
        f'cast("{name.replace(chr(34), chr(34) * 2)}" as varchar) as c{place}'
        for place, name in enumerate(names, 1)
    )
    con.execute(f"create or replace temp table deck_raw as select {fields} from {source}")
    _number_lines(con, b"", 0)
    return names


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Half a million cells are no garbage; looking through them takes as long as making them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_no_garbage_collection()
def _read_sheet(con: duckdb.DuckDBPyConnection, path: Path, profile: DeckProfile) -> list[str]:
    data = repacked(path.read_bytes())
    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        if isinstance(profile.sheet, int):
            sheet = book.get_sheet_by_index(profile.sheet - 1)
        else:
            sheet = book.get_sheet_by_name(profile.sheet)
        rows = sheet.to_python(skip_empty_area=False)
    except calamine.WorksheetNotFound as error:
        raise RefusedError(
            "schema", f"there is no sheet {profile.sheet!r}, expected one; check the profile."
        ) from error
    except (calamine.CalamineError, IndexError, OSError) as error:
        raise RefusedError("malformed", f"the spreadsheet is damaged ({error}).") from error
    if len(rows) < max(profile.heading_row, 1):
        raise RefusedError(
            "schema",
            f"the sheet has {len(rows)} rows, the heading should be row "
            f"{profile.heading_row}; check the profile.",
        )
    head = rows[profile.heading_row - 1] if profile.heading_row else [""] * len(rows[0])
    body = rows[profile.heading_row :]
    columns = {
        f"c{place}": _texts(column) for place, column in enumerate(zip(*body, strict=True), 1)
    } or {f"c{place}": pa.array([], pa.string()) for place in range(1, len(head) + 1)}
    first = profile.heading_row + 1
    con.register(
        "deck_numbered", pa.table(columns | {"line_no": np.arange(first, first + len(body))})
    )
    return [str(name).strip() for name in head]


def _texts(values: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        # A deck has far fewer prices than rows: each is written once. 1.0 and True are one key.
        typed = list(zip(map(type, values), values, strict=True))
        known = {key: _text(key[1]) for key in set(typed)}
        return pa.array([known[key] for key in typed], pa.string())


def _text(value: Any) -> str:
    """Return a cell as a person reads it: no binary tail of a decimal, no midnight of a date."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        text = f"{value:.{_MAGNITUDE}g}"
        return format(Decimal(text), "f") if "e" in text else text
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _name_columns(con: duckdb.DuckDBPyConnection, names: list[str], profile: DeckProfile) -> None:
    fields = []
    for column in COLUMNS:
        wanted = profile.columns.get(column)
        place = None if wanted is None else _place(names, column, wanted)
        fields.append(
            f"cast(null as varchar) as {column}_"
            if place is None
            else f"nullif(trim(c{place}), '') as {column}_"
        )
    cells = ", ".join(f"c{place}" for place in range(1, len(names) + 1))
    con.execute(
        "create or replace temp view deck_text as select * from ("
        f"select cast(line_no as integer) as record_no, concat_ws('{quoted(profile.delimiter)}', "
        f"{cells}) as raw_line, {', '.join(fields)} from deck_numbered) "
        f"where coalesce({', '.join(f'{column}_' for column in COLUMNS)}) is not null"
    )


def _place(names: list[str], column: str, wanted: str | int) -> int:
    """Return the place, from 1, of a column of the profile.

    Raises:
        RefusedError: `schema`, when it is not there, or there twice.
    """
    if isinstance(wanted, int):
        if 1 <= wanted <= len(names):
            return wanted
        raise RefusedError(
            "schema",
            f"the file has {len(names)} columns, the profile looks for {column} in "
            f"column {wanted}.",
        )
    plain = [" ".join(name.split()).casefold() for name in names]
    found = [place for place, name in enumerate(plain, 1)
             if name == " ".join(wanted.split()).casefold()]  # fmt: skip
    if len(found) == 1:
        return found[0]
    state = "twice" if found else "not"
    raise RefusedError(
        "schema",
        f"the column {wanted!r} ({column}) is {state} in the heading, which reads "
        f"{', '.join(name for name in names if name)[:300]!r}; check heading_row and columns of "
        "the profile.",
    )
