"""What closing and re-rating have landed so far, and how another piece of it lands.

What belongs here: reading the landed tables and the one way in. What goes in, callers decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.batch import BatchResult, Candidate, FileResult, Received, Totals
from ingestion.commit import commit_batch, roll_forward
from ingestion.export import export_ledger
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.lock import landing_lock
from ingestion.reasons import LandingError
from ingestion.sql_text import quoted
from orchestration.build_state import read_state
from orchestration.errors import PipelineError
from orchestration.generations import Publications
from orchestration.locks import writer_lock
from orchestration.project import fingerprints
from orchestration.rerating.tables import FEED, TABLES, ensure_tables, files_of

CLOSED_MONTH, REQUEST = "closed_month", "rating_request"


@dataclass(frozen=True)
class Piece:
    """One thing to land: a closed month or a request.

    Attributes:
        name: what the ledger calls it, such as `closed-2025-09`.
        format: CLOSED_MONTH or REQUEST.
        folder: below each table, such as `month=2025-09-01`.
        selects: the rows of each table, as a query; the last one makes the piece count.
    """

    name: str
    format: str
    folder: str
    selects: Mapping[str, str]


@contextmanager
def writing(home: Home, command: str) -> Iterator[Ledger]:
    """Give the ledger to one writer: no run, landing or other request goes on meanwhile.

    Raises:
        LockHeldError: a run holds the warehouse.
        PipelineError: a landing is running.
    """
    with writer_lock(home.warehouse, command):
        try:
            with landing_lock(home), Ledger(home) as ledger:
                roll_forward(home, ledger)
                ensure_tables(home)
                yield ledger
        except LandingError as error:
            raise PipelineError(str(error)) from error


def land_piece(home: Home, ledger: Ledger, con: duckdb.DuckDBPyConnection, piece: Piece) -> None:
    """Land the rows of a piece in one ledger transaction; a kill leaves all of it or nothing.

    Args:
        home: the deployment.
        ledger: from `writing`.
        con: answers the queries of the piece.
        piece: what lands; columns and types are those of TABLES.
    """
    started = datetime.now(UTC)
    folder = home.staging / piece.name
    folder.mkdir(parents=True, exist_ok=True)
    digest, rows, outputs = hashlib.sha256(piece.name.encode()), 0, []
    for table, select in piece.selects.items():
        staged = folder / f"{table}.parquet"
        columns = ", ".join(
            f"cast({name} as {kind}) as {name}" for name, kind in TABLES[table].items()
        )
        target = quoted(staged)
        con.execute(f"copy (select {columns} from ({select})) to '{target}' (format parquet)")
        (count,) = con.execute(f"select count(*) from read_parquet('{target}')").fetchall()[0]
        rows += int(count)
        digest.update(hashlib.sha256(staged.read_bytes()).digest())
        outputs.append(
            (f"{piece.name}/{table}.parquet", f"{FEED}/{table}/{piece.folder}/{table}.parquet")
        )
    file_id = digest.hexdigest()
    size = sum((home.staging / staged).stat().st_size for staged, _ in outputs)
    file = Received(
        Candidate(Path(FEED) / piece.name, FEED, size, 0, consumed=False),
        file_id, file_id, FEED, piece.format, first_seen_at=started, created_at=started,
    )  # fmt: skip
    batch = BatchResult(
        piece.name, FEED, [FileResult(file_id, landed=Totals(records=rows))], outputs
    )
    commit_batch(home, ledger, batch, [file], landed_seq=ledger.max_seq() + 1, started_at=started)
    export_ledger(home, ledger)


def landed_rows(
    con: duckdb.DuckDBPyConnection, home: Home, table: str, order: str
) -> list[dict[str, Any]]:
    """Return the rows of a landed table, such as `closes`, as dictionaries."""
    columns = list(TABLES[table])
    found = con.execute(f"select {', '.join(columns)} from {landed(home, table)} order by {order}")
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def landed(home: Home, table: str) -> str:
    """Return a landed table as something to select from."""
    pattern = quoted(files_of(home, table))
    return f"read_parquet('{pattern}', union_by_name = true, hive_partitioning = false)"


def closed_months(con: duckdb.DuckDBPyConnection, home: Home) -> list[date]:
    """Return the closed local months as their first days, in order."""
    return [row["month"] for row in landed_rows(con, home, "closes", "month")]


def require_current(home: Home, ledger: Ledger, but: str) -> str:
    """Return the generation that readers have, when it shows all that landed.

    Args:
        home: the deployment.
        ledger: from `writing`.
        but: condition on ledger rows that may have landed since the last run.

    Raises:
        PipelineError: nothing is published, or files or rules are not in what is published.
    """
    state, current = read_state(home), Publications(home.published).pointer_or_none()
    if state is None or current is None or state.published != current:
        raise PipelineError(
            "The last build is not what readers see, expected a publication of it. "
            "Run `trunkline run` first."
        )
    waiting = ledger.query(
        f"select count(*) from files where landed_seq > ? and state = 'landed' and not ({but})",
        (state.landed_seq,),
    )[0][0]
    waiting += ledger.query(
        "select count(distinct landed_seq) from quarantine_days where landed_seq > ?",
        (state.landed_seq,),
    )[0][0]
    if waiting or state.config_hash != fingerprints().config:
        what = f"{waiting} file(s) or retries" if waiting else "changed rules"
        raise PipelineError(
            f"{what} came after the last run, so the warehouse does not show them yet. "
            "Run `trunkline run` first."
        )
    return current
