"""The ledger as Parquet, so that the warehouse reads files without opening SQLite.

What belongs here: `landing/ledger/*.parquet`. Anything that decides does not.
"""

import filecmp
import json
from collections import defaultdict
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.reasons import finding
from ingestion.receive import utc_now
from ingestion.schema_files import arrow_schema
from ingestion.schemas import (
    DATABASE_READINGS,
    DECK_ACTIVATIONS,
    EXPECTATIONS,
    EXPORTED_FILES,
    QUARANTINE_ACTIONS,
    QUARANTINE_OUTCOMES,
)
from ingestion.sequences import sequence_gaps

# SQLite has no type of these; Arrow casts whole columns of what it keeps.
_KEPT_AS = {
    "TIMESTAMP": pa.string(), "DATE": pa.string(), "BOOLEAN": pa.int64(), "INTEGER": pa.int64(),
}  # fmt: skip
# What the ledger keeps in a table of its own.
_COMPUTED = {
    "last_data_on": "(select max(day) from file_days where file_days.file_id = files.file_id)"
}


def export_ledger(home: Home, ledger: Ledger) -> None:
    """Write what the warehouse reads of the ledger, each table whole and renamed into place.

    A table that says what it said keeps its file.
    """
    gaps: dict[str, list[dict[str, str]]] = defaultdict(list)
    for gap in sequence_gaps(ledger):
        text = f"{gap.missing} files missing: sequence {gap.first} to {gap.last}"
        gaps[gap.file_id].append(finding("sequence_gap", text))
    files = _columns(ledger, "files", EXPORTED_FILES, "landed_seq, file_id")
    place = list(EXPORTED_FILES).index("findings")
    for number, file_id in enumerate(files[0]):
        if file_id in gaps:
            known = json.loads(files[place][number] or "[]")
            files[place][number] = json.dumps(known + gaps[file_id])
    _write(home, "files.parquet", EXPORTED_FILES, files)
    checks = _columns(ledger, "expectations", EXPECTATIONS, "rowid")
    _write(home, "expectations.parquet", EXPECTATIONS, checks)
    decks = _columns(ledger, "deck_activations", DECK_ACTIVATIONS, "activation_id")
    _write(home, "deck_activations.parquet", DECK_ACTIVATIONS, decks)
    for table, columns in (
        ("quarantine_actions", QUARANTINE_ACTIONS),
        ("quarantine_outcomes", QUARANTINE_OUTCOMES),
    ):
        found = _columns(ledger, table, columns, "action_id, rowid")
        _write(home, f"{table}.parquet", columns, found)
    readings = _columns(ledger, "database_readings", DATABASE_READINGS, "reading_id")
    _write(home, "database_readings.parquet", DATABASE_READINGS, readings)
    ledger.mark_exported(utc_now())


def _columns(ledger: Ledger, table: str, columns: dict[str, str], order: str) -> list[list[Any]]:
    listed = ", ".join(_COMPUTED.get(name, name) for name in columns)
    rows = ledger.query(f"select {listed} from {table} order by {order}")
    return [list(values) for values in zip(*rows, strict=True)] or [[] for _ in columns]


def _write(home: Home, name: str, columns: dict[str, str], values: list[list[Any]]) -> None:
    schema = arrow_schema(columns)
    arrays = [
        pa.array(found, type=_KEPT_AS.get(kind, field.type)).cast(field.type)
        for found, kind, field in zip(values, columns.values(), schema, strict=True)
    ]
    target = home.landing / "ledger" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f"{name}.tmp")
    pq.write_table(pa.table(arrays, schema=schema), staged, compression="zstd")
    # What reads a file that says the same again need not be built again.
    if target.is_file() and filecmp.cmp(staged, target, shallow=False):
        staged.unlink()
    else:
        staged.replace(target)
