"""Spreadsheets as archives: nothing in one makes the reader of cells use more than its bounds.

What belongs here: what is checked before cells are read. Cells and columns do not.
"""

import re
import zipfile
import zlib
from io import BytesIO
from typing import Final

from ingestion import limits
from ingestion.reasons import RefusedError

_BOOK: Final = "xl/workbook.xml"
_PLACE: Final = re.compile(rb"""["']([A-Z]{1,3})([0-9]{1,19})["']""")
# Most sheets have no place with more letters or digits than these, and are not looked at closely.
_WIDE: Final = re.compile(rb"""["']([A-Z]{2,3})[0-9]+["']""")
_DEEP: Final = re.compile(rb"""["'][A-Z]{1,3}([0-9]{6,19})["']""")
_NARROW, _FLAT = 26, 99_999
_ROW: Final = re.compile(rb"<(?:[\w.-]+:)?row\b")


def repacked(data: bytes) -> bytes:
    """Return a spreadsheet whose members are what this checked, or the older form as it is.

    The cells between the first and the last place of a sheet are all made, the empty ones too, so
    two cells far apart would take all memory. The older binary form has at most 65,536 rows and
    256 columns.

    Raises:
        RefusedError: `limit`, `malformed`, or `unknown_format` for another program's archive.
    """
    if not data.startswith(b"PK"):
        return data
    target = BytesIO()
    try:
        with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w") as checked:
            infos = source.infolist()
            limits.ZIP_MEMBERS.check(len(infos), "the spreadsheet")
            size = sum(info.file_size for info in infos)
            limits.check_expanded(size, len(data), "the spreadsheet")
            if _BOOK not in source.namelist():
                raise RefusedError(
                    "unknown_format", f"the file has no {_BOOK}; save it as XLSX or as CSV."
                )
            for name in dict.fromkeys(source.namelist()):
                content = source.read(name)
                if b"sheetData" in content:
                    limits.CELLS.check(_cells(content), "the sheet")
                checked.writestr(zipfile.ZipInfo(name), content)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
        RuntimeError, OverflowError,
    ) as error:  # fmt: skip
        raise RefusedError("malformed", f"the spreadsheet is damaged ({error}).") from error
    return target.getvalue()


def _cells(content: bytes) -> int:
    """Return how many cells a sheet spans at most, those between its places included."""
    rows = _ROW.split(content)
    many = max(row.count(b"<c") + row.count(b":c") for row in rows)
    wide = {_column(letters) for letters in set(_WIDE.findall(content))}
    deep = {int(place) for place in _DEEP.findall(content)}
    rough = max([len(rows), _FLAT, *deep]) * max([many, _NARROW, *wide])
    if rough <= limits.CELLS.most:
        return rough
    places = _PLACE.findall(content)
    wide |= {_column(letters) for letters in {letters for letters, _ in places}}
    deep |= {int(place) for place in {place for _, place in places}}
    return max([len(rows) - 1, *deep]) * max([many, *wide])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
