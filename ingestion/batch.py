"""The values that travel between receiving, reading and committing files.

What belongs here: plain records of one file or one batch. Reading, deciding and writing do not.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol

import pyarrow as pa

from ingestion.names import shown

Finding = dict[str, str]
LARGEST_INTEGER: Final = 2**63 - 1  # that the ledger holds


class Progress(Protocol):
    """Told how far a step has come: label, units done, units in all."""

    def __call__(self, label: str, done: int, total: int) -> None:
        """Take one report; called often, so it must be cheap."""
        ...


@dataclass(frozen=True)
class Candidate:
    """A stable file that the ledger does not know yet by path, size and mtime."""

    path: Path
    feed: str | None
    size: int
    mtime_ns: int
    consumed: bool  # lies in the inbox and is removed once registered
    member: str | None = None  # of the zip archive that `path` names as a folder


@dataclass
class Received:
    """A file whose bytes lie in `raw/`: what is known before its records are read."""

    candidate: Candidate
    file_id: str  # SHA-256 of the bytes, hex
    content_id: str  # SHA-256 of the expanded content, hex
    feed: str
    format: str
    first_seen_at: datetime  # aware, UTC
    node_id: str | None = None
    stream: str | None = None
    sequence_no: int | None = None
    created_at: datetime | None = None  # aware, UTC
    hint: str | None = None  # TMF API number, reference table name, switch profile
    refusal: tuple[str, str] | None = None
    findings: list[Finding] = field(default_factory=list)
    archive: Candidate | None = None  # the zip archive the file was a member of
    archive_id: str | None = None  # its SHA-256, hex; its bytes lie in `raw/` too

    @property
    def name(self) -> str:
        """The file's own name as received, signs that do not show as escapes."""
        return shown(self.candidate.path.name)

    @property
    def full_name(self) -> str:
        """The name as the ledger shows it, `archive.zip!member` for the member of an archive."""
        if self.archive is None:
            return self.name
        return shown(f"{self.archive.path.name}!{self.candidate.member}")


@dataclass
class Totals:
    """Counts of records: milliseconds, bytes and events are sums over them."""

    records: int = 0
    duration_ms: int = 0
    bytes: int = 0
    events: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.records + other.records,
            self.duration_ms + other.duration_ms,
            self.bytes + other.bytes,
            self.events + other.events,
        )


def held(declared: int | None) -> int | None:
    """Return what a file declares; None of a number that no file can have, which no column holds.

    The refusal or finding about the difference names it.
    """
    return None if declared is None or abs(declared) > LARGEST_INTEGER else declared


@dataclass(frozen=True)
class DeclaredCount:
    """What a file declares that counts its records alone."""

    records: int
    duration_ms: None = None
    bytes: None = None
    events: None = None


@dataclass
class FileResult:
    """What reading one file came to."""

    file_id: str
    refusal: tuple[str, str] | None = None
    findings: list[Finding] = field(default_factory=list)
    declared: Totals | DeclaredCount | None = None
    landed: Totals = field(default_factory=Totals)
    quarantined: Totals = field(default_factory=Totals)
    days: set[date] = field(default_factory=set)

    def refuse(self, code: str, detail: str) -> None:
        """Turn the result into a refusal: nothing of the file lands."""
        self.refusal = (code, detail)
        self.landed, self.quarantined, self.days = Totals(), Totals(), set()


def no_identifiers() -> pa.Table:
    """Return what a batch tells the vault, of no identifier: token, and `kind|value` text."""
    return pa.table({"token": pa.array([], pa.string()), "identifier": pa.array([], pa.string())})


@dataclass
class BatchResult:
    """Staged output of one batch, before anything is registered."""

    batch_id: str
    feed: str
    files: list[FileResult]
    outputs: list[tuple[str, str]]  # (path under work/staging, path under landing)
    identifiers: pa.Table = field(default_factory=no_identifiers)  # for the vault


@dataclass(frozen=True)
class BatchJob:
    """One batch to read: everything a worker process needs."""

    root: Path
    feed: str
    files: list[Received]
    landed_seq: int
    time_zone: str
    key: bytes
    retry: int = 0  # number of the retry that reads these files again, 0 for a first reading

    @property
    def batch_id(self) -> str:
        """Name of the batch, the same for the same files."""
        again = (f"retry {self.retry}",) if self.retry else ()
        return batch_id([*(item.file_id for item in self.files), *again])


Reader = Callable[[BatchJob], BatchResult]


def batch_id(file_ids: Iterable[str]) -> str:
    """Return 16 hex digits that depend on the files of a batch alone."""
    return hashlib.sha256("".join(file_ids).encode()).hexdigest()[:16]
