"""CURRENT → manifest → hardened read-only connection of one generation, with a reader's lease.

This is the only module of the app that opens the published file. It never writes to it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import itertools
import json
import logging
import os
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

import duckdb

LOG = logging.getLogger(__name__)
KEPT_OPEN = 3
HARDENED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "threads": "2",
    "memory_limit": "1GB",
    "lock_configuration": "true",
}
_lease_numbers = itertools.count(1)


class NoPublicationError(Exception):
    """Nothing has been published yet: there is no CURRENT."""


class BrokenPublicationError(Exception):
    """CURRENT, manifest and file do not agree; the message says which and what to do."""


class OlderPublicationError(Exception):
    """The publication lacks a table or column that a page reads: another version made it."""


@dataclass(frozen=True)
class Publication:
    """One published generation as its manifest describes it."""

    generation: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def file(self) -> Path:
        """Return the path of the DuckDB file."""
        return self.folder / "trunkline.duckdb"


def home_from_env() -> Path:
    """Return TRUNKLINE_HOME, `./data` when unset."""
    return Path(os.environ.get("TRUNKLINE_HOME") or "data")


def read_current(home: Path) -> Publication:
    """Return the generation CURRENT names, after checking the manifest's hash.

    Raises:
        NoPublicationError: There is no CURRENT.
        BrokenPublicationError: CURRENT or the manifest is unreadable or was changed.
    """
    published = home / "published"
    try:
        text = (published / "CURRENT").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NoPublicationError(str(published)) from None
    try:
        current = json.loads(text)
        generation, expected = current["generation"], current["manifest_sha256"]
        folder = published / Path(generation).name
        raw = (folder / "manifest.json").read_bytes()
        actual = hashlib.sha256(raw).hexdigest()
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise BrokenPublicationError(
            f"The publication in {published.name}/ cannot be read ({error}). "
            "Run `trunkline verify`, then `trunkline publish` or `trunkline rollback`."
        ) from error
    if actual != expected:
        raise BrokenPublicationError(
            f"manifest.json of generation {generation} has hash {actual[:12]}…, CURRENT expects "
            f"{expected[:12]}…. It was changed after publishing; run `trunkline verify`."
        )
    return Publication(generation, folder, json.loads(raw))


def history(home: Path) -> list[dict[str, Any]]:
    """Return the manifests of all generations still on disk, newest first."""
    manifests = []
    for path in sorted((home / "published").glob("*/manifest.json"), reverse=True):
        try:
            manifests.append(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, OSError):
            manifests.append({"generation": path.parent.name, "is_unreadable": True})
    return manifests


@cache
def _file_hash(path: Path, size: int, mtime_ns: int) -> str:
    """Return the SHA-256 of the file; size and mtime are part of the cache key only."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class Generation:
    """An open generation: one locked connection, a cursor per call, a lease until closed."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._renewing = threading.Lock()
        self._lease = _take_lease(publication.folder)
        try:
            stat = publication.file.stat()
            actual = _file_hash(publication.file, stat.st_size, stat.st_mtime_ns)
            expected = publication.manifest.get("file_sha256")
            if actual != expected:
                raise BrokenPublicationError(
                    f"trunkline.duckdb of generation {publication.generation} has hash "
                    f"{actual[:12]}…, its manifest expects {str(expected)[:12]}…. "
                    "The file is not served; run `trunkline verify` or `trunkline rollback`."
                )
            self._connection = self._connect()
        except OSError as error:
            self._release()
            raise BrokenPublicationError(
                f"trunkline.duckdb of generation {publication.generation} cannot be read ({error})."
            ) from error
        except BaseException:
            self._release()
            raise

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.publication.file), read_only=True, config=HARDENED)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a fresh cursor on the locked connection."""
        with self._renewing:
            return self._connection.cursor()

    def renew(self) -> None:
        """Open the file anew where an error inside DuckDB made the connection useless.

        DuckDB answers nothing more after such an error, to no reader; a known one (its issues 22352
        and 22846) meets a `count(*) over ()` now and then. Another reader that met it too may have
        renewed the connection meanwhile.
        """
        with self._renewing:
            try:
                self._connection.execute("select 1")
            except duckdb.Error as error:
                LOG.warning("Generation %s is opened anew: %s", self.publication.generation, error)
                self._connection.close()
                self._connection = self._connect()

    def close(self) -> None:
        """Close the connection and give the lease back."""
        self._connection.close()
        self._release()

    def _release(self) -> None:
        if self._lease is not None:
            with contextlib.suppress(OSError):
                Path(self._lease.name).unlink()
            self._lease.close()
            self._lease = None


def _take_lease(folder: Path) -> IO[str] | None:
    """Take a shared lock on `leases/<pid>-<n>`; a read-only disk has no retention to fear."""
    try:
        leases = folder / "leases"
        leases.mkdir(exist_ok=True)
        lease = (leases / f"{os.getpid()}-{next(_lease_numbers)}").open("w", encoding="ascii")
        fcntl.flock(lease, fcntl.LOCK_SH)
    except OSError as error:
        LOG.warning("No reader lease in %s: %s", folder.name, error)
        return None
    return lease


class Warehouse:
    """Follows CURRENT of one home and keeps the last few generations open for running readers."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._open: OrderedDict[str, Generation] = OrderedDict()
        self._lock = threading.Lock()

    def current(self) -> Generation:
        """Return the generation CURRENT names now, opening it once.

        Raises:
            NoPublicationError: Nothing is published.
            BrokenPublicationError: Pointer, manifest and file disagree.
        """
        publication = read_current(self.home)
        with self._lock:
            if publication.generation not in self._open:
                self._open[publication.generation] = Generation(publication)
                while len(self._open) > KEPT_OPEN:
                    self._open.popitem(last=False)[1].close()
            self._open.move_to_end(publication.generation)
            return self._open[publication.generation]

    def close(self) -> None:
        """Close every generation held open."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()


@cache
def warehouse_at(home: Path) -> Warehouse:
    """Return the process-wide warehouse of one home."""
    return Warehouse(home)
