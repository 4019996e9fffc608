"""Active decks laid into the reference tables: one landing batch with every table they change.

What belongs here: from base snapshots and activations to new snapshots. Models read those and know
nothing of decks. Who may activate what is decided in `activation`.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from ingestion.batch import BatchResult, Candidate, FileResult, Received
from ingestion.columns import REFERENCE_COLUMNS
from ingestion.commit import commit_batch
from ingestion.decks.compose import compose, go_live
from ingestion.decks.gate import laid_in_findings
from ingestion.decks.landed import load_prices
from ingestion.decks.live import CHANGED, live, load_live, newest_files
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.rawstore import RawWriter
from ingestion.receive import utc_now
from ingestion.sql_text import quoted
from ingestion.tariff.findings import TariffRefusedError

FORMAT: Final = "rate decks laid in"


@dataclass(frozen=True)
class Activation:
    """A deck that is valid from a day on."""

    activation_id: int
    file_id: str
    from_day: date


def active(ledger: Ledger) -> list[Activation]:
    """Return the activations that hold, in the order in which they were made."""
    return [
        Activation(number, file_id, date.fromisoformat(day))
        for number, file_id, day in ledger.query(
            "select activation_id, file_id, from_day from deck_activations "
            "where withdrawn_at is null order by activation_id"
        )
    ]


def is_up_to_date(home: Home, ledger: Ledger) -> bool:
    """Say whether the live tables hold exactly what the activations say."""
    return _last(ledger) == _wanted(home, ledger, active(ledger))


def _wanted(home: Home, ledger: Ledger, activations: Sequence[Activation]) -> tuple[str, str]:
    if not activations and not ledger.query("select 1 from deck_layings limit 1"):
        return "", ""
    bases = newest_files(home, _laid_batches(ledger))
    names = {table: bases[table].name for table in CHANGED if table in bases}
    listed = [[item.activation_id, item.file_id, str(item.from_day)] for item in activations]
    return json.dumps(names, sort_keys=True), json.dumps(listed)


def _last(ledger: Ledger) -> tuple[str, str]:
    # A laying counts once its batch is registered, never when a kill came between.
    rows = ledger.query(
        "select bases, activations from deck_layings inner join batches using (batch_id) "
        "order by landed_seq desc limit 1"
    )
    return (rows[0][0], rows[0][1]) if rows else ("", "")


def _laid_batches(ledger: Ledger) -> set[str]:
    return {row[0] for row in ledger.query("select batch_id from deck_layings")}


def lay_in(home: Home, ledger: Ledger, activations: Sequence[Activation]) -> "Laid":
    """Put the tables together that these activations make; nothing is written.

    Args:
        home: the deployment.
        ledger: its ledger.
        activations: in the order in which they are laid in.

    Raises:
        TariffRefusedError: with one of them the tariff would contradict itself.
    """
    bases, listed = _wanted(home, ledger, activations)
    last_bases, last_listed = _last(ledger)
    done: list[list[object]] = json.loads(last_listed or "[]")
    wanted: list[list[object]] = json.loads(listed or "[]")
    con = duckdb.connect()
    touched = {table for batch in _laid_batches(ledger) for table in _tables_of(ledger, batch)}
    # Decks that lie in the live tables already are not laid in again.
    if last_bases == bases and wanted[: len(done)] == done:
        load_live(con, newest_files(home))
        activations = activations[len(done) :]
    else:
        load_live(con, newest_files(home, _laid_batches(ledger)))
    for item in activations:
        target = load_prices(con, home, item.file_id)
        compose(con, target, item.from_day)
        if found := laid_in_findings(con, target, item.from_day):
            raise TariffRefusedError(found)
        go_live(con)
        touched |= {"destinations", "destination_prefixes", "rates", target.table}
    return Laid(con, bases, listed, [table for table in CHANGED if table in touched])


def _tables_of(ledger: Ledger, batch: str) -> set[str]:
    rows = ledger.query("select outputs from batches where batch_id = ?", (batch,))
    return {final.split("/")[1] for row in rows for _, final in json.loads(row[0])}


@dataclass
class Laid:
    """Tables with decks in them, as `live_<table>` of a connection.

    Attributes:
        con: where they are.
        bases, listed: the snapshots and the activations they are made of, as JSON.
        tables: the names of those that a deck has changed, now or before.
    """

    con: duckdb.DuckDBPyConnection
    bases: str
    listed: str
    tables: list[str]


def commit(home: Home, ledger: Ledger, laid: Laid) -> str:
    """Land the tables as the newest snapshots, in one batch, and return the batch.

    A kill leaves either all of them or none; the next landing lays in what is missing.
    """
    seq = ledger.max_seq() + 1
    text = json.dumps([laid.bases, laid.listed, seq])
    batch = hashlib.sha256(text.encode()).hexdigest()[:16]
    folder = home.staging / batch
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    started_at = utc_now()
    writer = RawWriter(home)
    received, results, outputs = [], [], []
    for table in laid.tables:
        item, rows = _stage(laid.con, folder, table, seq, writer)
        received.append(item)
        result = FileResult(item.file_id)
        result.landed.records = rows
        results.append(result)
        outputs.append((f"{batch}/landed-{table}.parquet",
                        f"reference/{table}/{batch}-0000.parquet"))  # fmt: skip
    writer.commit()
    laid.con.close()
    ledger.put_laying(batch, laid.bases, laid.listed)
    commit_batch(
        home,
        ledger,
        BatchResult(batch, "reference", results, outputs),
        received,
        landed_seq=seq,
        started_at=started_at,
    )
    return batch


def _stage(
    con: duckdb.DuckDBPyConnection, folder: Path, table: str, seq: int, writer: RawWriter
) -> tuple[Received, int]:
    """Write a table as a file from outside would hold it, and as it lands."""
    columns = ", ".join(f'"{name}"' for name in REFERENCE_COLUMNS[table])
    raw, landed = folder / f"{table}.parquet", folder / f"landed-{table}.parquet"
    con.execute(
        f"copy (select {columns} from {live(table)} order by record_no, {columns}) "
        # The batch tells two equal tables of different layings apart.
        f"to '{quoted(raw)}' (format parquet, compression zstd, "
        f"kv_metadata {{batch: '{folder.name}'}})"
    )
    data = raw.read_bytes()
    file_id = hashlib.sha256(data).hexdigest()
    rows = con.execute(
        f"copy (select '{file_id}' as file_id, cast(row_number() over () as integer) as record_no, "
        f"cast({seq} as bigint) as landed_seq, * from read_parquet('{quoted(raw)}')) "
        f"to '{quoted(landed)}' (format parquet, compression zstd)"
    ).fetchall()[0][0]
    writer.add(file_id, data)
    status = raw.stat()
    candidate = Candidate(raw, "reference", status.st_size, status.st_mtime_ns, consumed=False)
    return Received(candidate, file_id, file_id, "reference", FORMAT, utc_now()), int(rows)
