"""Parquet for systems: exact types, control totals in the schema metadata, no guard characters."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq


def write_parquet(table: pa.Table, metadata: Mapping[str, str]) -> bytes:
    """Return the Parquet bytes; metadata is stored sorted under `trunkline.<key>`."""
    pairs = {f"trunkline.{key}": metadata[key] for key in sorted(metadata)}
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(pairs), buffer, compression="zstd")
    return buffer.getvalue()
