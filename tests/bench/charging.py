"""Charging records: our decoder against pycrate, CPU seconds, interleaved rounds on one core.

Both get the same records: random ones of every mapped type in turn. Ours ends with an Arrow table
of text fields, pycrate's with one Python value per record.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingestion.home import Home
from ingestion.landing import land
from ingestion.readers.charging.records import decode
from tests.charging import encoding, making, oracle

_KINDS = {"sGWRecord": "SGW", "pGWRecord": "PGW", "moCallRecord": "MSC calls", None: "all types"}
_LANDED_FILE = 10_000  # records of one file of the whole landing


@dataclass(frozen=True)
class Speed:
    """Records per CPU second of both, the median of the ratios and their range."""

    name: str
    ours: float
    pycrate: float
    ratio: float
    least: float
    most: float


def measure(rounds: int, records: int = 4_000) -> list[Speed]:
    """Decode the same records both ways; ours gets 25 times as many, so that both take as long."""
    logging.getLogger("pycrate").setLevel(logging.WARNING)  # it tells of its modules one by one
    return [_speed(name, label, rounds, records) for name, label in _KINDS.items()]


def _speed(name: str | None, label: str, rounds: int, records: int) -> Speed:
    made = making.records(seed=1, count=records, name=name)
    many = made * 25
    ends = np.cumsum([len(one) for one in many])
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    content = b"".join(many)
    oracle.decode(made[0])
    decode(content, starts[:100], ends[:100])
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(len(many) / _cpu(lambda: decode(content, starts, ends)))
        theirs.append(records / _cpu(lambda: [oracle.decode(one) for one in made]))
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Speed(
        label,
        statistics.median(ours),
        statistics.median(theirs),
        statistics.median(ratios),
        min(ratios),
        max(ratios),
    )


def landing_speed(folder: Path, files: int = 4) -> float:
    """Return records per CPU second of a whole landing: judged, pseudonymised, written."""
    home = Home(folder / "charging")
    inbox = home.inbox / "cdr3gpp"
    inbox.mkdir(parents=True)
    for number in range(files):
        made = making.records(seed=number, count=_LANDED_FILE, name="sGWRecord", day="260302")
        file = encoding.file_297(made, sequence_no=number + 1)
        (inbox / f"cdr_20260304_{number}.ber").write_bytes(file)
    taken = _cpu(lambda: land(home, expectations=False))
    return files * _LANDED_FILE / taken


def _cpu(way: Callable[[], object]) -> float:
    started = time.process_time()
    way()
    return time.process_time() - started
