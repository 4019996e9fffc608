"""The `duckdb_writer` lock: one process at a time writes the warehouse or the publications.

The kernel releases the lock when its holder dies, so a stale lock file never blocks: the next
writer takes it over and logs whose it was. Nested use inside one process is one lock.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.errors import LockHeldError

LOG = logging.getLogger("trunkline.lock")
LOCK_NAME = "duckdb_writer.lock"
POLL_S = 0.2

_held: dict[Path, int] = {}


def _holder(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _describe(holder: dict[str, Any]) -> str:
    if not holder:
        return "a process that left no name"
    return (
        f"process {holder.get('pid')} on {holder.get('host')} "
        f"(`{holder.get('command')}`, since {holder.get('since')})"
    )


def _write_holder(descriptor: int, command: str) -> None:
    content = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "command": command,
        "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(content, sort_keys=True).encode(), 0)


def _acquire(path: Path, wait_s: float) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(POLL_S)
                continue
            os.close(descriptor)
            raise LockHeldError(
                f"The warehouse is being written by {_describe(_holder(path))}; lock {path}. "
                "One writer at a time is expected. Wait for it to end, or stop that process; "
                "a dead holder's lock is taken over by itself."
            ) from None
        return descriptor


@contextmanager
def writer_lock(folder: Path, command: str, *, wait_s: float = 0.0) -> Iterator[None]:
    """Hold the writer lock of `folder` while the block runs.

    Args:
        folder: The warehouse folder; created when missing.
        command: What the holder does, shown to whoever finds the lock held.
        wait_s: Seconds to wait for another holder before giving up.

    Raises:
        LockHeldError: another live process holds the lock; the message names it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = (folder / LOCK_NAME).resolve()
    if _held.get(path) == os.getpid():
        yield
        return
    descriptor = _acquire(path, wait_s)
    left_by = _holder(path)
    if left_by:
        LOG.warning("took over the writer lock left by %s, which is gone", _describe(left_by))
    _write_holder(descriptor, command)
    _held[path] = os.getpid()
    try:
        yield
    finally:
        _held.pop(path, None)
        os.ftruncate(descriptor, 0)
        os.close(descriptor)
