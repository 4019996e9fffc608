"""Which files are there, and which of them are new?

What belongs here: walking folders, stability, what the ledger has seen. Opening files does not.
"""

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ingestion.batch import Candidate
from ingestion.feeds import FEEDS
from ingestion.home import Home
from ingestion.names import storable
from ingestion.reasons import LandingError

DEFAULT_SETTLE_S: Final = 0.2
_FRESH_S: Final = 2.0  # files older than this need no second look


def discover(
    home: Home,
    paths: Sequence[Path] | None,
    feed: str | None,
    known: set[tuple[str, int, int]],
    *,
    settle_s: float = DEFAULT_SETTLE_S,
    min_age_s: float = 0.0,
) -> tuple[list[Candidate], int]:
    """Return new stable files, sorted, and how many the ledger knew already.

    Args:
        home: the deployment whose inbox is read when `paths` is None.
        paths: files or folders outside or inside the inbox.
        feed: the feed of every file; None takes it from the folder.
        known: (path, size, mtime in ns) the ledger has seen.
        settle_s: seconds a fresh file must keep size and mtime.
        min_age_s: seconds since the last change before a file is read.

    Raises:
        LandingError: a path or a feed that does not exist.
    """
    if feed is not None and feed not in FEEDS:
        raise LandingError(f"feed {feed!r} is unknown, expected one of {', '.join(FEEDS)}.")
    found: list[Candidate] = []
    skipped = 0
    now = time.time()
    for path, size, mtime_ns, of_feed, consumed in _walk(home, paths, feed):
        if (storable(path), size, mtime_ns) in known:
            skipped += 1
        elif now - mtime_ns / 1e9 >= min_age_s:
            found.append(Candidate(Path(path), of_feed, size, mtime_ns, consumed))
    return _settled(found, settle_s, now), skipped


def _walk(
    home: Home, paths: Sequence[Path] | None, feed: str | None
) -> Iterator[tuple[str, int, int, str | None, bool]]:
    if paths is None:
        for name in FEEDS if feed is None else (feed,):
            for path, size, mtime_ns in _files(str((home.inbox / name).absolute())):
                yield path, size, mtime_ns, name, True
        return
    for given in paths:
        if not given.exists():
            raise LandingError(f"{given} does not exist; name a file or a folder to land.")
        start = str(given.absolute())
        for path, size, mtime_ns in _files(start) if given.is_dir() else [_stat(start)]:
            yield path, size, mtime_ns, feed or feed_of_folder(Path(path)), False


def files_wait(folder: Path) -> bool:
    """Whether a file lies below `folder` that a landing would look at."""
    return next(_files(str(folder)), None) is not None


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    if not Path(folder).is_dir():
        return
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith((".tmp", ".part")):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns


def _stat(path: str) -> tuple[str, int, int]:
    status = Path(path).stat()
    return path, status.st_size, status.st_mtime_ns


def feed_of_folder(path: Path) -> str | None:
    """Return the feed named by the nearest folder above a file, or None."""
    return next((p.name for p in path.parents if p.name in FEEDS), None)


def _settled(found: list[Candidate], settle_s: float, now: float) -> list[Candidate]:
    """Drop files that change while we wait; old files are taken as they are."""
    fresh = [item for item in found if now - item.mtime_ns / 1e9 < _FRESH_S]
    if fresh and settle_s > 0:
        time.sleep(settle_s)
    moving = {item.path for item in fresh if settle_s > 0 and _changed(item)}
    stable = [item for item in found if item.path not in moving]
    return sorted(stable, key=lambda item: (item.feed or "", item.path.name, str(item.path)))


def _changed(item: Candidate) -> bool:
    try:
        status = item.path.stat()
    except FileNotFoundError:
        return True
    return (status.st_size, status.st_mtime_ns) != (item.size, item.mtime_ns)
