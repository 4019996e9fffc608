"""The tables and triggers of `ledger.sqlite`.

What belongs here: DDL. Reading and writing rows does not.
"""

from typing import Final

from ingestion.schemas import (
    DATABASE_READINGS,
    DECK_ACTIVATIONS,
    FILES,
    QUARANTINE_ACTIONS,
    QUARANTINE_OUTCOMES,
)

_SQLITE_TYPES: Final = {
    "BIGINT": "integer", "VARCHAR": "text", "TIMESTAMP": "text", "DATE": "text",
    "BOOLEAN": "integer", "INTEGER": "integer",
}  # fmt: skip

FILE_COLUMNS: Final = (*FILES, "content_id")
EXPORTED: Final = (
    "files",
    "file_days",
    "expectations",
    "deck_activations",
    "quarantine_actions",
    "quarantine_outcomes",
)


# Tables of an older version gain the columns they lack.
GROWN: Final = {"files": FILES, "quarantine_outcomes": QUARANTINE_OUTCOMES}


def added_columns(table: str, there: set[str]) -> list[str]:
    """Return what gives a `table` of an older version the columns it lacks."""
    return [
        f"alter table {table} add column {name} {_SQLITE_TYPES[kind]}"
        for name, kind in GROWN[table].items()
        if name not in there
    ]


DDL: Final = (
    "create table if not exists files ("
    + ", ".join(
        f"{name} {_SQLITE_TYPES[kind]}" + (" primary key" if name == "file_id" else "")
        for name, kind in FILES.items()
    )
    + ", content_id text)",
    "create index if not exists files_by_content on files (content_id)",
    "create index if not exists files_by_sequence on files (node_id, stream, sequence_no)",
    "create table if not exists sightings (file_id text not null, path text not null, "
    "size integer not null, mtime_ns integer not null, seen_at text not null, "
    "primary key (path, size, mtime_ns)) without rowid",
    "create table if not exists file_days (file_id text not null, feed text not null, "
    "day text not null, primary key (file_id, day)) without rowid",
    "create index if not exists file_days_by_day on file_days (feed, day)",
    "create table if not exists batches (batch_id text primary key, feed text not null, "
    "landed_seq integer not null, files integer not null, records integer not null, "
    "started_at text not null, committed_at text not null, outputs text not null, "
    "state text not null)",
    "create table if not exists expectations (suite text, feed text, batch_id text, run_at text, "
    "expectation text, column_name text, severity text, success integer, observed text, "
    "kwargs text)",
    "create index if not exists expectations_by_batch on expectations (batch_id)",
    "create table if not exists deck_activations ("
    + ", ".join(
        f"{name} {_SQLITE_TYPES[kind]}" + (" primary key" if name == "activation_id" else "")
        for name, kind in DECK_ACTIVATIONS.items()
    )
    + ")",
    *(
        f"create table if not exists {table} ("
        + ", ".join(
            f"{name} {_SQLITE_TYPES[kind]}" + (" primary key" if name == key else "")
            for name, kind in columns.items()
        )
        + ")"
        for table, columns, key in (
            ("quarantine_actions", QUARANTINE_ACTIONS, "action_id"),
            ("quarantine_outcomes", QUARANTINE_OUTCOMES, ""),
            ("database_readings", DATABASE_READINGS, "reading_id"),
        )
    ),
    "create index if not exists outcomes_by_record on quarantine_outcomes (file_id, record_no)",
    # The local days of records that a retry landed: the files themselves landed before.
    "create table if not exists quarantine_days (landed_seq integer not null, feed text not null, "
    "day text not null, primary key (landed_seq, feed, day)) without rowid",
    # The landing batches in which decks were laid into the reference tables, and from what.
    "create table if not exists deck_layings (batch_id text primary key, bases text not null, "
    "activations text not null)",
    # One row while the exported Parquet says what the ledger says; any change takes it away.
    "create table if not exists exported (at text not null)",
    *(
        f"create trigger if not exists {table}_{event} after {event} on {table} "
        "begin delete from exported; end"
        for table in EXPORTED
        for event in ("insert", "update", "delete")
    ),
    # A reading that ended as the one before is no news: it is exported with what is.
    "create trigger if not exists database_readings_insert after insert on database_readings "
    "when new.landed_seq is not null begin delete from exported; end",
)
