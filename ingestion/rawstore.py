"""The bytes as received: `raw/<sha256>`, owner only, written once.

What belongs here: writing and reading raw files. What the bytes mean does not.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from ingestion import limits
from ingestion.expansion import expand, expanded, is_gzip
from ingestion.home import Home

SQLITE_SYNCHRONOUS = "full"  # every commit of the ledger is forced to disk
_IN_MEMORY_BYTES: Final = 16 << 20
_FSYNC_EACH_UP_TO: Final = 8  # above this one sync of the file system is cheaper


class RawWriter:
    """Writes a group of files under temporary names and renames them once all are on disk."""

    def __init__(self, home: Home) -> None:
        self._folder = home.raw
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._pending: dict[Path, Path] = {}

    def add(self, file_id: str, data: bytes) -> None:
        """Write one file under a temporary name; bytes that are already there are left alone."""
        with self._open(file_id) as file:
            if file is not None:
                file.write(data)

    def add_from(self, file_id: str, source: Path) -> None:
        """Copy one file under a temporary name, without holding it in memory."""
        with self._open(file_id) as file:
            if file is not None:
                with source.open("rb") as data:
                    shutil.copyfileobj(data, file, 1 << 20)

    @contextmanager
    def _open(self, file_id: str) -> Iterator[BinaryIO | None]:
        target = self._folder / file_id
        if target in self._pending or target.exists():
            yield None
            return
        staged = self._folder / f".{file_id}.{os.getpid()}.tmp"
        handle = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            yield file
        self._pending[target] = staged

    def commit(self) -> None:
        """Force the bytes to disk, then give every file its name, then the folder to disk."""
        if not self._pending:
            return
        if len(self._pending) > _FSYNC_EACH_UP_TO:
            os.sync()
        else:
            for staged in self._pending.values():
                sync_path(staged)
        for target, staged in self._pending.items():
            staged.replace(target)
        self._pending.clear()
        sync_path(self._folder)


def sync_path(path: Path) -> None:
    """Force a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def content_of(home: Home, file_id: str) -> bytes:
    """Return the expanded content of a raw file, without a byte order mark.

    Raises:
        RefusedError: `limit`, `truncated`, `malformed` or `encoding`.
    """
    return limits.without_bom(expand((home.raw / file_id).read_bytes()))


@contextmanager
def open_content(path: Path, folder: Path) -> Iterator[BinaryIO]:
    """Open the expanded content of a file, without a byte order mark, to be read in pieces.

    What is packed is expanded in memory up to a bound, above it into a nameless file in `folder`.

    Raises:
        RefusedError: `limit`, `truncated`, `malformed` or `encoding`.
    """
    with path.open("rb") as packed, ExitStack() as stack:
        size = path.stat().st_size
        file: BinaryIO = packed
        if is_gzip(packed.read(2)):
            packed.seek(0)
            folder.mkdir(exist_ok=True)
            spooled = stack.enter_context(SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(folder)))
            file = cast(BinaryIO, spooled)
            for part in expanded(packed, size):
                file.write(part)
        else:
            limits.EXPANDED_BYTES.check(size, "the file")
        file.seek(0)
        start = file.read(3)
        file.seek(len(start) - len(limits.without_bom(start)))
        yield file
