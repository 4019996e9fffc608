"""What changed in the databases of a deployment, as files that are about to land.

What belongs here: the order of reading, numbering and writing. SQL and the landing do not.
"""

import hashlib
import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from ingestion.batch import Candidate
from ingestion.databases.heading import DELETED, READ, Heading, event_line, iso
from ingestion.databases.profile import DatabaseProfile, database_profile, profile_files
from ingestion.databases.progress import progress_of, remember_window
from ingestion.databases.readings import FAILED, SUCCEEDED, Reading, dropped
from ingestion.databases.resources import RESOURCES
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.names import storable
from ingestion.reasons import LandingError

log = logging.getLogger(__name__)

_AT_ONCE: Final = 5_000  # rows the server sends at a time


@dataclass
class Fetched:
    """What reading the databases came to.

    Attributes:
        files: to land, oldest rows first.
        notes: for a person.
        problems: sources that could not be read, and why; the others were.
        readings: how each attempt ended.
    """

    files: list[Candidate] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)


def fetch(home: Home, ledger: Ledger, time_zone: str) -> Fetched:
    """Read what changed in every configured database since the last file of it that landed.

    Args:
        home: the deployment; the caller holds its landing lock.
        ledger: says how far each source has been read.
        time_zone: of columns without zone, where a profile names none.
    """
    found = Fetched()
    shutil.rmtree(home.fetched, ignore_errors=True)  # what a kill left is read again
    paths = {storable(path.stem): path for path in profile_files(home)}
    found.readings.extend(dropped(ledger, paths, datetime.now(UTC)))
    for name, path in paths.items():
        try:
            source = _Source(home, ledger, database_profile(path))
            files, notes = source.read(time_zone)
        except LandingError as error:
            log.error("landing: %s", error)
            found.problems.append(str(error))
            found.readings.append(Reading(name, datetime.now(UTC), FAILED, reason=str(error)))
            continue
        found.files.extend(files)
        found.notes.extend(notes)
        found.readings.append(Reading(name, datetime.now(UTC), SUCCEEDED, source.rows))
    return found


@dataclass(frozen=True)
class _Row:
    """One row to be landed: its event and the instant it changed."""

    updated: str
    line: str


class _Source:
    """The reading of one profile."""

    def __init__(self, home: Home, ledger: Ledger, profile: DatabaseProfile) -> None:
        self._home = home
        self._ledger = ledger
        self._profile = profile
        self._progress = progress_of(ledger, profile.name)
        self._resource = RESOURCES[profile.resource]
        self._taken = set(self._progress.taken)
        self._newest = iso(self._progress.newest) if self._progress.newest else ""
        self.rows = 0  # written into files

    def read(self, time_zone: str) -> tuple[list[Candidate], list[str]]:
        """Return the files of rows that have not landed, and what a person should know."""
        from ingestion.databases.connection import connected  # noqa: PLC0415 - imports the driver
        from ingestion.databases.gone import gone_rows  # noqa: PLC0415
        from ingestion.databases.statement import (  # noqa: PLC0415
            FUTURE_MINUTES,
            statement_of,
        )

        notes = []
        with connected(self._profile) as connection:
            statement = statement_of(connection, self._profile, time_zone)
            since = self._progress.since(statement.overlap_minutes)
            if since is not None:
                remember_window(self._home, self._ledger, self._profile.name, self._progress, since)
            with connection.cursor(name="trunkline_rows") as cursor:
                cursor.itersize = _AT_ONCE
                cursor.execute(statement.rows(None if since is None else iso(since)))
                files = list(self._files(self._changed(cursor)))
            unusable = connection.execute(statement.unusable()).fetchone()
            if unusable and unusable[0]:
                notes.append(
                    f"{self._profile.name}: {unusable[0]} row(s) have no {self._profile.key}, no "
                    f"{self._profile.updated_at}, or one over {FUTURE_MINUTES} minutes ahead, and "
                    "were not read."
                )
            if self._profile.deletions == "compare":
                keys = [key for (key,) in connection.execute(statement.keys())]
                gone = gone_rows(self._home, self._profile, keys, datetime.now(UTC))
                files.extend(self._files(_Row("", line) for line in gone))
                if gone:
                    notes.append(f"{self._profile.name}: {len(gone)} row(s) are gone.")
        return files, notes

    def _changed(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[_Row]:
        """Yield the rows whose content has not landed for that key and instant."""
        known = self._progress.known
        for updated, key, is_deleted, body in rows:
            kind = DELETED if is_deleted else READ
            mark = hashlib.sha256(f"{kind}{body}".encode()).hexdigest()[:16]
            before = known.get((key, updated), [])
            if mark in before:
                continue
            # Of two contents at one instant the one read later is the newer version.
            told = datetime.fromisoformat(updated) + timedelta(microseconds=len(before))
            event_id = f"{self._profile.name}|{updated}|{mark}|{key}"
            yield _Row(updated, event_line(event_id, iso(told), kind, self._resource.key, body))

    def _files(self, rows: Iterable[_Row]) -> Iterator[Candidate]:
        """Write rows into numbered files, in their order."""
        lines: list[str] = []
        for row in rows:
            lines.append(row.line)
            self._newest = max(self._newest, row.updated)
            if len(lines) == self._profile.rows_per_file:
                yield self._write(lines)
                lines = []
        if lines:
            yield self._write(lines)

    def _write(self, lines: list[str]) -> Candidate:
        name = self._profile.name
        # The first number that has not landed: that of a file that was refused is used again.
        number = next(n for n in count(1) if n not in self._taken)
        self._taken.add(number)
        self.rows += len(lines)
        resource = f"{self._resource.api}/{self._profile.resource}"
        heading = Heading(name, number, resource, len(lines), self._newest)
        folder = self._home.fetched / name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{name}-{number:08d}.jsonl"
        path.write_text(heading.line() + "".join(lines), encoding="utf-8")
        path.chmod(0o600)
        status = path.stat()
        return Candidate(path, "tmf", status.st_size, status.st_mtime_ns, consumed=True)
