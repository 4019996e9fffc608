"""The file ledger: every file seen, its state, counts and days, in one SQLite file.

What belongs here: reading and writing `ledger.sqlite`. Moving files does not.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from ingestion import rawstore
from ingestion.batch import BatchResult, Candidate, FileResult, Received, held
from ingestion.home import Home
from ingestion.ledger_schema import DDL, FILE_COLUMNS, GROWN, added_columns
from ingestion.names import storable

SequenceKey = tuple[str, str, int]  # node, stream, sequence number


def stamp(at: datetime | None) -> str | None:
    """Return an aware instant as naive UTC text with microseconds."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


class Ledger:
    """One open ledger; a context manager that closes it."""

    def __init__(self, home: Home) -> None:
        home.ledger.parent.mkdir(parents=True, exist_ok=True)
        self._con = sqlite3.connect(home.ledger, isolation_level=None)
        self._con.execute("pragma journal_mode = wal")
        self._con.execute(f"pragma synchronous = {rawstore.SQLITE_SYNCHRONOUS}")
        for statement in DDL:
            self._con.execute(statement)
        for table in GROWN:
            there = {row[1] for row in self.query(f"pragma table_info({table})")}
            for statement in added_columns(table, there):
                self._con.execute(statement)

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self._con.execute(sql, values).fetchall()

    def max_seq(self) -> int:
        """Return the highest landing sequence number, 0 for an empty ledger."""
        return max(
            int(self.query(f"select coalesce(max(landed_seq), 0) from {table}")[0][0])
            for table in ("files", "quarantine_actions", "quarantine_days", "database_readings")
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all of a block or none of it; a block inside another is part of that one."""
        if self._con.in_transaction:
            yield self._con
            return
        self._con.execute("begin immediate")
        try:
            yield self._con
            self._con.execute("commit")
        except BaseException:
            self._con.execute("rollback")
            raise

    def days_since(self, landed_seq: int) -> dict[str, set[date]]:
        """Return, per feed, the local days touched by files landed after `landed_seq`."""
        found: dict[str, set[date]] = defaultdict(set)
        rows = self.query(
            "select distinct file_days.feed, file_days.day from file_days "
            "inner join files on files.file_id = file_days.file_id where files.landed_seq > ?",
            (landed_seq,),
        )
        for feed, day in rows:
            found[feed].add(date.fromisoformat(day))
        return dict(found)

    def known_sightings(self) -> set[tuple[str, int, int]]:
        """Return (path, size, mtime in ns) of everything seen before."""
        return set(self.query("select path, size, mtime_ns from sightings"))  # type: ignore[arg-type]

    def known_contents(self, ids: Iterable[str]) -> dict[str, str]:
        """Return which of these content and bytes ids landed, as id -> file id."""
        rows = self.query(
            "with ids as (select value as id from json_each(?)) "
            "select ids.id, files.file_id from ids inner join files on files.file_id = ids.id "
            "where files.state = 'landed' union all "
            "select ids.id, files.file_id from ids inner join files on files.content_id = ids.id "
            "where files.state = 'landed'",
            (json.dumps(list(ids)),),
        )
        return dict(rows)

    def known_sequences(self, keys: Iterable[SequenceKey]) -> set[SequenceKey]:
        """Return which of these (node, stream, sequence) landed."""
        rows = self.query(
            "select files.node_id, files.stream, files.sequence_no from json_each(?) as given "
            "inner join files on files.node_id = given.value ->> 0 "
            "and files.stream = given.value ->> 1 and files.sequence_no = given.value ->> 2 "
            "where files.state = 'landed'",
            (json.dumps(list(keys)),),
        )
        return {(node, stream, int(number)) for node, stream, number in rows}

    def newest_sequences(self, streams: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
        """Return the highest landed sequence of each (node, stream), 0 where none landed."""
        newest = (
            "select sequence_no from files where node_id = ? and stream = ? "
            "and sequence_no is not null and state = 'landed' order by sequence_no desc limit 1"
        )
        found = {stream: self.query(newest, stream) for stream in streams}
        return {stream: int(rows[0][0]) if rows else 0 for stream, rows in found.items()}

    def is_exported(self) -> bool:
        """Whether the exported Parquet says all that the ledger says."""
        return bool(self.query("select 1 from exported"))

    def mark_exported(self, at: datetime) -> None:
        """Note that the Parquet was written, until something in it changes."""
        self._con.execute("insert into exported values (?)", (stamp(at),))

    def pending_outputs(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return (batch id, [(staged, final)]) of batches committed but not renamed yet."""
        rows = self.query("select batch_id, outputs from batches where state = 'committed'")
        return [(name, [tuple(pair) for pair in json.loads(text)]) for name, text in rows]  # type: ignore[misc]

    def mark_renamed(self, batch_ids: Iterable[str]) -> None:
        """Note that the outputs of these batches lie in `landing`."""
        self._con.executemany(
            "update batches set state = 'landed' where batch_id = ?", [(b,) for b in batch_ids]
        )

    def register(
        self,
        batch: BatchResult,
        received: Sequence[Received],
        landed_seq: int,
        started_at: datetime,
        checks: Sequence[tuple[Any, ...]] = (),
    ) -> None:
        """Write one batch in one transaction: files, sightings, days, batch, expectations.

        Args:
            batch: what reading came to; its outputs are renamed by the caller afterwards.
            received: the same files, in the same order.
            landed_seq: number of this landing batch.
            started_at: when reading began, aware.
            checks: rows of the table `expectations`.
        """
        with self.transaction():
            for item, result in zip(received, batch.files, strict=True):
                self._put_file(item, result, landed_seq)
                self._put_days(result, item.feed)
            self._put_sightings((item.candidate, item.file_id) for item in received)
            records = sum(r.landed.records + r.quarantined.records for r in batch.files)
            self.put_batch(batch, landed_seq, started_at, records)
            if checks:  # a refused batch that comes again is judged again
                self._con.execute("delete from expectations where batch_id = ?", (batch.batch_id,))
            self._put_checks(checks)

    def put_batch(
        self, batch: BatchResult, landed_seq: int, started_at: datetime, records: int
    ) -> None:
        """Note the outputs of a batch, which are renamed next; `roll_forward` reads this."""
        now = stamp(datetime.now(UTC))
        self._con.execute(
            "insert or replace into batches values (?, ?, ?, ?, ?, ?, ?, ?, 'committed')",
            (
                batch.batch_id, batch.feed, landed_seq, len(batch.files), records,
                stamp(started_at), now, json.dumps(batch.outputs),
            ),
        )  # fmt: skip

    def register_apart(
        self, rows: Sequence[tuple[Received, str, str | None]], landed_seq: int
    ) -> None:
        """Write files that never reach a reader: (file, `refused` or `duplicate`, original id)."""
        with self.transaction():
            for item, state, original in rows:
                result = FileResult(item.file_id, item.refusal)
                if state == "duplicate":
                    self._put_file(item, result, landed_seq, duplicate_of=original)
                else:
                    self._put_file(item, result, landed_seq)
            self._put_sightings((item.candidate, item.file_id) for item, _, _ in rows)

    def _put_file(
        self, item: Received, result: FileResult, landed_seq: int, duplicate_of: str | None = None
    ) -> None:
        declared, landed, bad = result.declared, result.landed, result.quarantined
        state = "duplicate" if duplicate_of else "refused" if result.refusal else "landed"
        code, detail = result.refusal or (None, None)
        findings = [*item.findings, *result.findings] if state == "landed" else item.findings
        row: dict[str, Any] = {
            "file_id": item.file_id, "feed": item.feed, "format": item.format,
            "file_name": item.full_name, "node_id": item.node_id, "stream": item.stream,
            "sequence_no": item.sequence_no, "state": state, "refusal_code": code,
            "refusal_detail": detail, "size_bytes": item.candidate.size,
            "findings": json.dumps(findings),
            "declared_records": declared and held(declared.records),
            "declared_duration_ms": declared and held(declared.duration_ms),
            "declared_bytes": declared and held(declared.bytes),
            "declared_events": declared and held(declared.events),
            "raw_records": landed.records + bad.records,
            "landed_records": landed.records, "quarantined_records": bad.records,
            "landed_duration_ms": landed.duration_ms, "landed_bytes": landed.bytes,
            "landed_events": landed.events, "quarantined_duration_ms": bad.duration_ms,
            "quarantined_bytes": bad.bytes, "quarantined_events": bad.events,
            "created_at": stamp(item.created_at), "first_seen_at": stamp(item.first_seen_at),
            "landed_seq": landed_seq, "duplicate_of": duplicate_of, "content_id": item.content_id,
            "archive_id": item.archive_id,
        }  # fmt: skip
        marks = ", ".join("?" * len(FILE_COLUMNS))
        self._con.execute(
            f"insert or replace into files ({', '.join(FILE_COLUMNS)}) values ({marks})",
            # What a file says of itself may hold halves of pairs, as JSON can write them.
            [
                storable(row[name]) if isinstance(row[name], str) else row[name]
                for name in FILE_COLUMNS
            ],
        )

    def _put_days(self, result: FileResult, feed: str) -> None:
        self._con.executemany(
            "insert or ignore into file_days values (?, ?, ?)",
            [(result.file_id, feed, day.isoformat()) for day in sorted(result.days)],
        )

    def _put_sightings(self, seen: Iterable[tuple[Candidate, str]]) -> None:
        now = stamp(datetime.now(UTC))
        self._con.executemany(
            "insert or replace into sightings values (?, ?, ?, ?, ?)",
            [(file_id, storable(str(c.path)), c.size, c.mtime_ns, now) for c, file_id in seen],
        )

    def put_sightings(self, seen: Iterable[tuple[Candidate, str]]) -> None:
        """Write files that are not read themselves, such as archives: (file, id of its bytes)."""
        self._put_sightings(seen)

    def put_laying(self, batch_id: str, bases: str, activations: str) -> None:
        """Note what a batch of tables with decks in them is made of."""
        self._con.execute(
            "insert or replace into deck_layings values (?, ?, ?)", (batch_id, bases, activations)
        )

    def put_activation(self, row: Mapping[str, Any]) -> None:
        """Write that a deck is valid from a day on; the names are those of DECK_ACTIVATIONS."""
        self._con.execute(
            f"insert into deck_activations ({', '.join(row)}) values ({', '.join('?' * len(row))})",
            list(row.values()),
        )

    def withdraw_activation(self, activation_id: int, by: str) -> None:
        """Write that an activation no longer holds."""
        self._con.execute(
            "update deck_activations set withdrawn_at = ?, withdrawn_by = ? "
            "where activation_id = ?",
            (stamp(datetime.now(UTC)), by, activation_id),
        )

    def put_checks(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write expectation results about more than one batch."""
        with self.transaction():
            self._put_checks(rows)

    def _put_checks(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self._con.executemany("insert into expectations values (?,?,?,?,?,?,?,?,?,?)", rows)
