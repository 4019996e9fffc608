"""Priced rows and their segments into files, whole or not at all.

What belongs here: columns, formats, the switch from old to new. What is in a row is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from orchestration.errors import PipelineError

OUT_COLUMNS = (
    "usage_id", "status", "reason_code", "charge", "currency", "charged_quantity", "segments",
)  # fmt: skip
SEGMENT_COLUMNS = (
    "usage_id", "segment", "from_quantity", "to_quantity", "starts_at", "band_id", "rate_id",
    "units", "unit_price", "amount",
)  # fmt: skip
FORMATS = {".csv": "format csv, header true", ".parquet": "format parquet, compression zstd"}


def check_target(path: Path) -> None:
    """Refuse a path that cannot be written, before any work is done.

    Raises:
        PipelineError: the suffix is of no format, or the folder is not there.
    """
    if path.suffix not in FORMATS:
        raise PipelineError(
            f"{path.name} ends in {path.suffix or 'nothing'}, expected .csv or .parquet. Rename it."
        )
    if not path.parent.is_dir():
        raise PipelineError(f"{path.parent} is no folder, expected one to write to. Create it.")


def write_results(con: duckdb.DuckDBPyConnection, out: Path, segments: Path | None) -> None:
    """Write the views `rate_out` and, when asked, `rate_segments`, in their own order.

    Args:
        con: has the views with OUT_COLUMNS and SEGMENT_COLUMNS.
        out: one row per usage row; replaced in one step.
        segments: one row per segment, or None.

    Raises:
        duckdb.Error: a file cannot be written; both paths are then as they were.
    """
    with _aside(out) as staged_out:
        _copy(con, "rate_out", OUT_COLUMNS, staged_out, out.suffix)
        if segments is None:
            staged_out.replace(out)
            return
        with _aside(segments) as staged_segments:
            _copy(con, "rate_segments", SEGMENT_COLUMNS, staged_segments, segments.suffix)
            staged_segments.replace(segments)
            staged_out.replace(out)


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Give a name beside `path`, of this process, that is gone afterwards."""
    staged = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield staged
    finally:
        staged.unlink(missing_ok=True)


def _copy(
    con: duckdb.DuckDBPyConnection, view: str, columns: tuple[str, ...], path: Path, suffix: str
) -> None:
    target = str(path).replace("'", "''")
    con.execute(f"copy (select {', '.join(columns)} from {view}) to '{target}' ({FORMATS[suffix]})")
