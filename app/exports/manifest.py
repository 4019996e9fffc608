"""The manifest of an export: what it holds, where it comes from, how to prove it is unchanged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from app.exports.arrow import pc
from app.exports.delimited import write_csv

# Endings of columns whose sum means nothing: prices, shares, levels, units of several kinds, and
# numbers that only name something.
NOT_ADDED = (
    *("_price", "cap_amount", "_rate", "_pct", "_probability", "_dbm", "_db", "_mbps"),
    *("units", "unit_size", "_no", "_code"),
)


@dataclass(frozen=True)
class ExportFile:
    """One finished file: safe name, bytes, media type and row count."""

    name: str
    data: bytes
    mime: str
    rows: int

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


def content_hash(table: pa.Table) -> str:
    """Return a format-independent hash: header plus sorted canonical lines."""
    lines = write_csv(table)[0].split(b"\r\n")
    digest = hashlib.sha256(lines[0])
    for line in sorted(lines[1:]):
        digest.update(b"\n" + line)
    return digest.hexdigest()


def control_totals(table: pa.Table) -> dict[str, str]:
    """Return the exact sum of every amount and count column as text.

    What `NOT_ADDED` names is left out: prices, shares, levels, mixed units, names.
    """
    totals = {}
    for field in table.schema:
        if field.name.endswith(NOT_ADDED):
            continue
        if pa.types.is_decimal(field.type) or field.type in (pa.int64(), pa.int32()):
            total = pc.sum(table.column(field.name)).as_py()
            totals[field.name] = str(total if total is not None else 0)
    return totals


def _plain(value: Any) -> Any:
    """Return a value JSON can hold without losing digits."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def manifest_bytes(facts: Mapping[str, Any], files: Sequence[ExportFile]) -> bytes:
    """Return manifest.json: sorted keys, UTF-8, one newline at the end."""
    document = {
        **{key: _plain(value) for key, value in facts.items()},
        "files": [
            {"name": file.name, "rows": file.rows, "sha256": file.sha256, "size": len(file.data)}
            for file in files
        ],
    }
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, indent=2, default=_plain)
    return (text + "\n").encode()
