"""The tariff as it is live: the newest landed snapshot of each table that a deck can change.

What belongs here: finding snapshots and reading them. Changing them is the matter of `compose`.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import duckdb

from ingestion.columns import REFERENCE_COLUMNS
from ingestion.home import Home
from ingestion.sql_text import quoted

# What a deck writes, and what it only looks at.
CHANGED: Final = ("destinations", "destination_prefixes", "rates", "agreement_rates", "rate_cards")
TABLES: Final = (*CHANGED, "agreements", "time_bands")


def live(table: str) -> str:
    """Return the name of the relation that holds a live table."""
    return f"live_{table}"


def newest_files(home: Home, but_not: Collection[str] = ()) -> dict[str, Path]:
    """Return the landed Parquet of the newest snapshot of each table of TABLES that has one.

    Args:
        home: the deployment; the ledger says which file is the newest.
        but_not: landing batches that do not count, such as those decks were laid into.
    """
    if not home.ledger.is_file():
        return {}
    found: dict[str, Path] = {}
    con = sqlite3.connect(f"file:{home.ledger.resolve()}?mode=ro", uri=True)
    try:
        batches = con.execute(
            "select batch_id, outputs from batches where feed = 'reference' "
            "order by landed_seq desc"
        )
        for batch_id, outputs in batches:
            if batch_id in but_not:
                continue
            for _, final in json.loads(outputs):
                table = final.split("/")[1]
                if table in TABLES:
                    found.setdefault(table, home.landing / final)
            if len(found) == len(TABLES):
                break
    finally:
        con.close()
    return found


def load_live(con: duckdb.DuckDBPyConnection, files: Mapping[str, Path]) -> None:
    """Create `live_<table>` for every name of TABLES.

    Args:
        con: gets the tables: the columns of the reference table, dates filled, and record_no.
        files: the snapshot of each table; a table without one is empty.
    """
    for table in TABLES:
        columns = REFERENCE_COLUMNS[table]
        if table in files:
            name = quoted(files[table])
            fields = ", ".join(f'"{column}"' for column in columns)
            source = (
                f"select cast(record_no as bigint) as record_no, {fields} "
                f"from read_parquet('{name}')"
            )
        else:
            empty = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
            source = f"select cast(null as bigint) as record_no, {empty} where false"
        if "valid_from" in columns:
            source = (
                "select * replace (coalesce(valid_from, date '1900-01-01') as valid_from, "
                f"coalesce(valid_to, date '9999-12-31') as valid_to) from ({source})"
            )
        con.execute(f"create or replace temp table {live(table)} as {source}")
