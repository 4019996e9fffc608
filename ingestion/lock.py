"""One landing at a time per deployment.

What belongs here: the lock file and who holds it. What is guarded does not.
"""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from ingestion.home import Home
from ingestion.reasons import LandingError


@contextmanager
def landing_lock(home: Home) -> Iterator[None]:
    """Hold the landing lock; the system frees it when the holder dies.

    Raises:
        LandingError: another process holds it; the message says which.
    """
    home.work.mkdir(parents=True, exist_ok=True)
    path = home.work / "landing.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LandingError(
                f"another landing is running in {home.root} ({_holder(file.read())}), expected "
                "none; wait until it ends."
            ) from error
        file.seek(0)
        file.truncate()
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        json.dump({"pid": os.getpid(), "host": socket.gethostname(), "since": started}, file)
        file.flush()
        yield


def _holder(text: str) -> str:
    try:
        held = json.loads(text)
    except json.JSONDecodeError:
        return "holder unknown"
    return f"process {held['pid']} on {held['host']} since {held['since']}"
