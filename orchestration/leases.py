"""Reader leases: a file with a shared lock that keeps one generation from being deleted.

A lease lives as long as its process, because the kernel drops the lock with it. The app takes the
same kind of lease in its own code; nothing here opens a database.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FOLDER = "leases"
_numbers = itertools.count(1)


@contextmanager
def lease(generation: Path) -> Iterator[Path]:
    """Hold a lease on the generation folder `generation` while the block runs.

    Yields:
        The lease file.

    Raises:
        FileNotFoundError: the generation is gone; read CURRENT again.
    """
    if not generation.is_dir():
        raise FileNotFoundError(generation)
    folder = generation / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"{os.getpid()}-{next(_numbers)}"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield path
    finally:
        with suppress(FileNotFoundError):
            path.unlink()
        os.close(descriptor)


def _is_held(path: Path) -> bool:
    """Return whether any process locks `path`, whichever of the two kinds of lock it uses."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        for attempt in (fcntl.flock, fcntl.lockf):
            try:
                attempt(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False
    finally:
        os.close(descriptor)


def open_leases(generation: Path) -> list[Path]:
    """Return the lease files of `generation` whose holders live; dead ones are removed."""
    held = []
    for path in sorted((generation / FOLDER).glob("*")):
        if _is_held(path):
            held.append(path)
        else:
            with suppress(FileNotFoundError):
                path.unlink()
    return held
