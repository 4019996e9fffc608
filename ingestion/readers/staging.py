"""Typed rows of a batch into Parquet files, aside from what readers of the landing see.

What belongs here: the DuckDB connection of a worker, partitioned writing, quarantine rows. Rules
about values do not.
"""

import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyarrow import parquet

from ingestion import pseudonyms
from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.home import Home
from ingestion.readers.few_valued import encoded_anew
from ingestion.remembered import KEY_OF_TEXT, Identifiers, Noted
from ingestion.schemas import QUARANTINE, TABLES, Table

_MEMORY = "700MB"
# DuckDB keeps a buffer of every column for each partition it writes: 425 days did not fit.
_PARTITIONS_AT_ONCE = 50
_ROW_GROUP = 122_880
_BATCH_ROWS = 8_192  # encoded at once: the 1,024 of pyarrow take a tenth longer
_HASHES = frozenset({"usage_id", "content_hash"})  # nothing to compress
# Numbers near those before them are written as differences: less time than zstd takes, and space.
_NEAR = frozenset(
    {"record_no", "started_at", "ended_at", "started_local", "duration_s", "duration_ms", "ring_s"}
)


class Stage:
    """A worker's connection and the files it has written for one batch."""

    def __init__(self, job: BatchJob) -> None:
        home = Home(job.root)
        self.job = job
        self._batch_id = job.batch_id  # of all files of the batch: made once
        self.folder = home.staging / self._batch_id
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.outputs: list[tuple[str, str]] = []
        self.identifiers: list[tuple[str, str, str]] = []
        self.noted = Noted()  # more for the vault
        self.spill = self.folder / "spill"
        self._number = 0
        self.con = duckdb.connect()
        self.con.execute(f"set threads = 1; set memory_limit = '{_MEMORY}'")
        self.con.execute("set preserve_insertion_order = true; set enable_progress_bar = false")
        self.con.execute(f"set temp_directory = '{self.spill}'")
        self._register_files()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()
        shutil.rmtree(self.spill, ignore_errors=True)

    def next_number(self) -> int:
        """Return a number no relation of this connection carries yet."""
        self._number += 1
        return self._number

    def drop_outputs(self, kept: int) -> None:
        """Take back what was written after the first `kept` outputs."""
        for staged, _ in self.outputs[kept:]:
            (self.folder.parent / staged).unlink()
        del self.outputs[kept:]

    def tokens_of(self, numbers: np.ndarray, texts: pa.Array) -> pa.Array:
        """Return the token of each number of E.164 and then of each `kind|value` text.

        They are noted for the vault.
        """
        keys = np.concatenate([numbers.astype(np.uint64), self._keys_of(texts)])
        asked = Identifiers(numbers, texts, keys)
        known, places = pseudonyms.places_of(self.job.key, asked)
        self.noted.note(known, places)
        return known.tokens.take(pa.array(places))

    def _keys_of(self, texts: pa.Array) -> np.ndarray:
        self.con.register("identifiers", pa.Table.from_arrays([texts], names=["text"]))
        asked = f"select {KEY_OF_TEXT} as key from identifiers"
        found = self.con.execute(asked).to_arrow_table()
        self.con.unregister("identifiers")
        return found["key"].combine_chunks().to_numpy()

    def result(self, files: list[FileResult]) -> BatchResult:
        """Return what the batch came to, for the main process to register."""
        given = pa.table(
            {
                "token": pa.array([token for token, _, _ in self.identifiers], pa.string()),
                "identifier": pa.array(
                    [f"{kind}|{value}" for _, kind, value in self.identifiers], pa.string()
                ),
            }
        )
        identifiers = pa.concat_tables([given, self.noted.rows()])
        return BatchResult(self.job.batch_id, self.job.feed, files, self.outputs, identifiers)

    def _register_files(self) -> None:
        naive = [
            (
                item.first_seen_at.replace(tzinfo=None),
                None if item.created_at is None else item.created_at.replace(tzinfo=None),
            )
            for item in self.job.files
        ]
        instant = pa.timestamp("us")
        files = pa.table(
            {
                "file_no": pa.array(range(len(naive)), pa.int32()),
                "file_id": pa.array([item.file_id for item in self.job.files], pa.string()),
                "first_seen_at": pa.array([seen for seen, _ in naive], instant),
                "created_at": pa.array([created for _, created in naive], instant),
            }
        )
        self.con.register("files", files)

    def write(
        self,
        table: Table,
        select: str,
        order_by: str | None = "file_no, record_no",
        partitions: Sequence[object] | None = None,
    ) -> int:
        """Write the rows of `select` and return their count.

        Args:
            table: target; its columns are cast to their declared types.
            select: SQL giving every column of the table but file_id, plus file_no, plus the
                partition column when the table has one.
            order_by: total order inside each file, so that equal input gives equal bytes; None
                keeps the order of `select`, which one thread makes the same every time.
            partitions: the values of the partition column, ascending, where the caller knows them.
        """
        columns = ", ".join(
            f'files.file_id as "{name}"'
            if name == "file_id"
            else f'cast(found."{name}" as {kind}) as "{name}"'
            for name, kind in table.columns.items()
        )
        partition = f'found."{table.partition}"' if table.partition else ""
        source = f"({select}) as found inner join files using (file_no)"
        body = f"select {', '.join(filter(None, (columns, partition)))} from {source}"
        order = f" order by {', '.join(filter(None, (partition, order_by)))}" if order_by else ""
        target = self.folder / f"{table.folder.replace('/', '-')}-{self.next_number()}"
        target.mkdir(parents=True)
        if table.partition is None:
            rows = self._copy(body + order, target / f"{self._batch_id}.parquet", "")
        else:
            options = f", partition_by ({table.partition}), overwrite_or_ignore true"
            rows = sum(
                self._copy(body + part + order, target, options)
                for part in self._parts(source, partition, partitions)
            )
        self._collect(table, target)
        return rows

    def write_rows(self, table: Table, rows: pa.Table, days: pa.ChunkedArray) -> None:
        """Write rows that are in their order and have the columns of the table and their types.

        Args:
            table: target, one folder per day.
            rows: columns that are dictionaries are written as such.
            days: the day of each row.
        """
        target = self.folder / f"{table.folder.replace('/', '-')}-{self.next_number()}"
        names = rows.column_names
        few = [f.name for f in rows.schema if pa.types.is_dictionary(f.type)]
        options: dict[str, Any] = {
            "row_group_size": _ROW_GROUP,
            "write_batch_size": _BATCH_ROWS,
            "compression": {name: "none" if name in _HASHES | _NEAR else "zstd" for name in names},
            "column_encoding": {name: "DELTA_BINARY_PACKED" for name in names if name in _NEAR},
            "use_dictionary": few,
            "write_statistics": ["started_at"],  # no other column is searched by
            "store_schema": False,
        }
        numbers = days.combine_chunks().cast(pa.int32()).to_numpy()
        if len(numbers) and (np.diff(numbers) < 0).any():
            order = np.argsort(numbers, kind="stable")
            rows, numbers = rows.take(order), numbers[order]
        distinct, starts = np.unique(numbers, return_index=True)
        for day, first, end in zip(distinct, starts, [*starts[1:], len(rows)], strict=True):
            part = rows.slice(first, end - first)
            for name in few:
                texts = encoded_anew(part[name].combine_chunks())
                part = part.set_column(names.index(name), name, texts)
            folder = target / f"{table.partition}={np.datetime64(int(day), 'D')}"
            folder.mkdir(parents=True)
            parquet.write_table(part, folder / f"{self._batch_id}.parquet", **options)
        self._collect(table, target)

    def _parts(
        self, source: str, partition: str, known: Sequence[object] | None = None
    ) -> list[str]:
        """Return the conditions that cut `source` into parts of few partitions each."""
        if known is None:
            distinct = f"select distinct {partition} from {source} order by 1"
            known = [value for (value,) in self.con.execute(distinct).fetchall()]
        values = [value for value in known if value is not None]
        cuts = values[_PARTITIONS_AT_ONCE::_PARTITIONS_AT_ONCE]
        if not cuts:
            return [""]
        first = f" where {partition} < '{cuts[0]}' or {partition} is null"
        between = [
            f" where {partition} >= '{start}' and {partition} < '{end}'"
            for start, end in pairwise(cuts)
        ]
        return [first, *between, f" where {partition} >= '{cuts[-1]}'"]

    def _copy(self, body: str, target: Path, options: str) -> int:
        answer = self.con.execute(
            f"copy ({body}) to '{target}' (format parquet, compression zstd{options})"
        ).fetchone()
        return 0 if answer is None else int(answer[0])

    def _collect(self, table: Table, target: Path) -> None:
        written = sum(final.startswith(f"{table.folder}/") for _, final in self.outputs)
        for number, path in enumerate(sorted(target.rglob("*.parquet")), start=written):
            place = path.parent.relative_to(target).as_posix()
            folder = f"{table.folder}/{place}" if place != "." else table.folder
            name = f"{self._batch_id}-{number:04d}.parquet"
            staged = path.relative_to(self.folder.parent).as_posix()
            self.outputs.append((staged, f"{folder}/{name}"))

    def quarantine(self, table_name: str, select: str) -> int:
        """Write quarantined records and return their count.

        Args:
            table_name: the table they would have landed in.
            select: SQL giving file_no, record_no, reason_code, detail, raw_line, started_local,
                duration_ms, bytes, events.
        """
        table = TABLES[f"quarantine/{self.job.feed}"]
        return self.write(
            Table(table.feed, table.name, table.partition, QUARANTINE),
            f"select bad.*, '{self.job.feed}' as feed, '{table_name}' as table_name, "
            "seen.first_seen_at, strftime(seen.first_seen_at, '%Y-%m') as landed_month "
            f"from ({select}) as bad inner join files as seen using (file_no)",
        )
