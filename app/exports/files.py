"""Names, ZIP packs and atomic writing of finished export files."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from app.exports.manifest import ExportFile

MIMES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
    "json": "application/json",
}
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


def safe(text: object) -> str:
    """Return ASCII letters, digits and `-` only; never empty."""
    return _UNSAFE.sub("-", str(text)).strip("-") or "x"


def zip_bytes(files: Sequence[ExportFile]) -> bytes:
    """Return a ZIP with fixed entry dates and attributes, entries in the given order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as pack:
        for file in files:
            entry = zipfile.ZipInfo(file.name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            pack.writestr(entry, file.data)
    return buffer.getvalue()


def write_file(folder: Path, file: ExportFile) -> Path:
    """Write a file aside, flush it to disk and rename it, so that no half file is ever seen."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    aside = folder / f".{file.name}.{os.getpid()}.tmp"
    try:
        with aside.open("wb") as stream:
            stream.write(file.data)
            stream.flush()
            os.fsync(stream.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return target
