"""The pages that Great Expectations wrote about the last landing it judged, as one ZIP.

What belongs here: reading `work/data_docs` of the data folder, which the landing writes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.exports.files import MIMES, zip_bytes
from app.exports.manifest import ExportFile


def written_at(folder: Path) -> datetime | None:
    """Return when the pages were written (UTC); None when none were."""
    try:
        return datetime.fromtimestamp((folder / "index.html").stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def file_name(at: datetime) -> str:
    """Return the name of the ZIP of pages written at `at`."""
    return f"data-docs_{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"


def pack(folder: Path) -> ExportFile:
    """Return all pages as one ZIP; its rows are the pages.

    A landing may put newer pages in their place meanwhile: then those are packed.

    Raises:
        FileNotFoundError: there are no pages.
    """
    try:
        return _pack(folder)
    except FileNotFoundError:
        return _pack(folder)


def _pack(folder: Path) -> ExportFile:
    at = datetime.fromtimestamp((folder / "index.html").stat().st_mtime, UTC)
    files = [
        ExportFile(path.relative_to(folder).as_posix(), path.read_bytes(), "", 0)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    pages = sum(1 for file in files if file.name.endswith(".html"))
    return ExportFile(file_name(at), zip_bytes(files), MIMES["zip"], pages)
