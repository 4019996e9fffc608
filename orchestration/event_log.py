"""Dagster's run history, written through files that stay open for the whole run.

Dagster opens, syncs and closes a SQLite file for every event. That is about 10 ms, and one run of
the pipeline has a thousand events. What is stored stays the same, and so does who can read it.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import dagster as dg
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine, event

BUSY_S = 30


class _OpenShards:
    """One open connection per SQLite file of an event log."""

    def __init__(self, storage: SqliteEventLogStorage) -> None:
        self._storage = storage
        self._engines: dict[str, Engine] = {}

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            with SqliteEventLogStorage._connect(self._storage, shard):
                pass  # Dagster makes and migrates the file; we only write into it
            path = self._storage.conn_string_for_shard(shard)
            engine = create_engine(path, connect_args={"timeout": BUSY_S})
            event.listen(engine, "connect", _sync_seldom)
            self._engines[shard] = engine
        return self._engines[shard]

    @contextlib.contextmanager
    def connect(self, shard: str) -> Iterator[Connection]:
        """Yield a transaction on one file, as Dagster's own method does."""
        engine = self._engine(shard)
        with self._storage._db_lock, engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every file."""
        for engine in self._engines.values():
            engine.dispose()


def _sync_seldom(connection: Any, _: Any) -> None:
    # In WAL mode a power cut may then cost the newest events, never the file.
    connection.execute("pragma synchronous = normal")


@contextlib.contextmanager
def open_event_log(instance: dg.DagsterInstance) -> Iterator[None]:
    """Keep the SQLite event log of `instance` open; other kinds of storage are left alone."""
    storage = instance.event_log_storage
    if type(storage) is not SqliteEventLogStorage:
        yield
        return
    shards = _OpenShards(storage)
    storage._connect = shards.connect
    # For each event Dagster asks through a new connection whether a table exists.
    storage.has_table = functools.cache(storage.has_table)
    try:
        yield
    finally:
        del storage._connect, storage.has_table
        shards.close()
