"""The append-only log: who took and who saw what, each row chained to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists downloads (
    log_no integer primary key,
    logged_at text not null,
    user_id text not null,
    role text not null,
    scope text not null,
    action text not null,
    subject text not null,
    file_name text not null,
    filters text not null,
    row_count integer not null,
    byte_count integer not null,
    file_sha256 text not null,
    generation text not null,
    previous_sha256 text not null,
    row_sha256 text not null
);
create trigger if not exists downloads_are_not_changed before update on downloads
begin select raise(abort, 'the download log is append-only'); end;
create trigger if not exists downloads_are_not_deleted before delete on downloads
begin select raise(abort, 'the download log is append-only'); end;
"""
_GENESIS = "0" * 64


@dataclass(frozen=True)
class Download:
    """One taken file, or one page seen (`action` says which, see `seen`).

    `logged_at` is an aware instant given by the caller.
    """

    logged_at: str
    user_id: str
    role: str
    scope: str
    action: str
    subject: str
    file_name: str
    filters: str
    row_count: int
    byte_count: int
    file_sha256: str
    generation: str


def seen(
    *,
    logged_at: str,
    user_id: str,
    role: str,
    scope: str,
    page: str,
    generation: str,
    refused: bool,
) -> Download:
    """Return the entry of a page view; a view the role was refused is kept too."""
    return Download(
        logged_at=logged_at,
        user_id=user_id,
        role=role,
        scope=scope,
        action="view refused" if refused else "view",
        subject=f"page {page}",
        file_name="",
        filters="",
        row_count=0,
        byte_count=0,
        file_sha256="",
        generation=generation,
    )


def stamp(now: datetime) -> str:
    """Return the instant as the log writes it (UTC, seconds)."""
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def _row_hash(number: int, fields: dict[str, Any], previous: str) -> str:
    text = json.dumps([number, fields, previous], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class DownloadLog:
    """The log of one home, `exports/download_log.sqlite`."""

    def __init__(self, exports: Path) -> None:
        self.path = exports / "download_log.sqlite"

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.executescript(_SCHEMA)
        return connection

    def append(self, download: Download) -> str:
        """Add one row and return its hash.

        Raises:
            sqlite3.Error: The row could not be stored; the file must then not be delivered.
        """
        fields = asdict(download)
        with closing(self._connect()) as connection:
            connection.execute("begin immediate")
            last = connection.execute(
                "select log_no, row_sha256 from downloads order by log_no desc limit 1"
            ).fetchone()
            number, previous = (last["log_no"] + 1, last["row_sha256"]) if last else (1, _GENESIS)
            row_hash = _row_hash(number, fields, previous)
            marks = ", ".join("?" * (len(fields) + 3))
            connection.execute(
                f"insert into downloads (log_no, {', '.join(fields)}, previous_sha256, row_sha256) "
                f"values ({marks})",
                [number, *fields.values(), previous, row_hash],
            )
            connection.execute("commit")
        return row_hash

    def of_user(self, user_id: str, limit: int = 50) -> list[dict[str, Any]]:
        """Return a reader's own downloads, newest first."""
        if not self.path.exists():
            return []
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "select logged_at, file_name, subject, row_count, byte_count, file_sha256, "
                "generation from downloads where user_id = ? and action = 'download' "
                "order by log_no desc limit ?",
                [user_id, limit],
            ).fetchall()
        return [dict(row) for row in rows]

    def views(self, limit: int = 200) -> list[dict[str, Any]]:
        """Return the page views of everyone, newest first."""
        if not self.path.exists():
            return []
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "select logged_at, user_id, role, action, subject, generation from downloads "
                "where action <> 'download' order by log_no desc limit ?",
                [limit],
            ).fetchall()
        return [dict(row) for row in rows]

    def head(self) -> str:
        """Return the hash of the newest row, zeros for an empty log."""
        if not self.path.exists():
            return _GENESIS
        with closing(self._connect()) as connection:
            row = connection.execute(
                "select row_sha256 from downloads order by log_no desc limit 1"
            ).fetchone()
        return row["row_sha256"] if row else _GENESIS

    def first_broken_row(self) -> int | None:
        """Return the number of the first row that does not fit the chain, None when all do."""
        if not self.path.exists():
            return None
        previous = _GENESIS
        with closing(self._connect()) as connection:
            rows = connection.execute("select * from downloads order by log_no").fetchall()
        for position, row in enumerate(rows, start=1):
            fields = {
                key: row[key]
                for key in row.keys()  # noqa: SIM118  (sqlite3.Row iterates over values)
                if key not in {"log_no", "previous_sha256", "row_sha256"}
            }
            expected = _row_hash(position, fields, previous)
            linked = row["log_no"] == position and row["previous_sha256"] == previous
            if not linked or row["row_sha256"] != expected:
                return position
            previous = expected
        return None
