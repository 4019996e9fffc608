"""Planted faults: which records are doubled, contradicted or broken, and which files go wrong.

Chooses and damages; writing the result is in `mediation`. Broken records are damaged copies of
unanswered calls, so that they carry no seconds, bytes or events and declared totals tie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.events import DATA, GATEWAY, MOC, SERVICE_OF, TEST, Events
from ingestion.synthetic.records import COLUMN_NAMES, REFS_PER_DAY

MISSING, LATE, WRONG_TRAILER = "missing_file", "late_file", "wrong_trailer"
# world day, node, hour of the day -> what happens to that file
_SPECIAL = {(12, 0, 14): MISSING, (20, 2, 10): LATE, (25, 0, 16): WRONG_TRAILER}
UNSENT_DAY = 9
"""World day whose file of the second gateway never arrives."""
LATE_BY_S = 30 * 3600
MAX_DELAY_H = 20
DUPLICATE_FILE_HOUR = 12
DUPLICATE_FILE_FIRST_DAY = 5


def special_file(config: SimulationConfig, day: date, node: int, hour: int) -> str | None:
    """Return what goes wrong with one hourly file, or None."""
    return _SPECIAL.get(((day - config.start).days, node, hour))


def has_copy(config: SimulationConfig, day: date, node: int, hour: int) -> int | None:
    """Return the running number of the second delivery of a file, or None where there is none."""
    if node != 0 or hour != DUPLICATE_FILE_HOUR:
        return None
    since = (day - config.start).days - DUPLICATE_FILE_FIRST_DAY
    step = config.faults.duplicate_file_every_days
    return since // step if since >= 0 and step > 0 and since % step == 0 else None


@dataclass
class Repeats:
    """Records written again: positions in their day, the hour of the second file from its start."""

    index: np.ndarray
    hour: np.ndarray
    extra_s: np.ndarray

    @property
    def is_conflict(self) -> np.ndarray:
        """Return which of them come back with another duration."""
        return self.extra_s > 0


def hours_of(events: Events, day: date) -> np.ndarray:
    """Return each record's hour counted from the start of its local day."""
    return (events.start - local_day(day).start) // 3600


def in_special(
    config: SimulationConfig, day: date, node: np.ndarray, hour: np.ndarray
) -> np.ndarray:
    """Return which (node, hour) pairs of a day lie in a file that goes missing, late or wrong."""
    hit = np.zeros(len(node), bool)
    for (offset, bad_node, bad_hour), _ in _SPECIAL.items():
        # An hour past midnight belongs to the next day's files.
        length = local_day(day).hours
        since = (day - config.start).days
        if offset == since:
            hit |= (node == bad_node) & (hour == bad_hour)
        elif offset == since + 1:
            hit |= (node == bad_node) & (hour - length == bad_hour)
    return hit


def choose_repeats(config: SimulationConfig, day: date, events: Events) -> Repeats:
    """Return which of a day's records come again, identical or with another duration."""
    rng = stream(config.seed, "repeats", day.toordinal())
    draw, delay = rng.random(len(events)), rng.integers(1, MAX_DELAY_H + 1, len(events))
    longer = rng.integers(2, 31, len(events))
    # Small worlds get some of each fault too.
    wrong = max(config.faults.conflict, 0.2 / max(len(events), 1))
    again = max(config.faults.duplicate, 0.5 / max(len(events), 1))
    conflict = (draw < wrong) & (SERVICE_OF[events.record_type] == 0) & (events.duration > 0)
    duplicate = (draw >= wrong) & (draw < wrong + again)
    hour = hours_of(events, day)
    clean = ~in_special(config, day, events.node, hour) & ~in_special(
        config, day, events.node, hour + delay
    )
    clean &= events.owner != TEST
    chosen = np.flatnonzero((conflict | duplicate) & clean)
    return Repeats(chosen, (hour + delay)[chosen], np.where(conflict, longer, 0)[chosen])


def lost(config: SimulationConfig, day: date, events: Events) -> np.ndarray:
    """Return which of a day's records no good file carries: never sent, or in a refused file."""
    hour, gone = hours_of(events, day), np.zeros(len(events), bool)
    for (offset, node, bad_hour), what in _SPECIAL.items():
        if what != LATE and offset == (day - config.start).days:
            gone |= (events.node == node) & (hour == bad_hour)
    if (day - config.start).days == UNSENT_DAY:
        gone |= events.node == GATEWAY
    return gone


Damage = Callable[[dict[str, str]], bytes]


def _line(fields: dict[str, str]) -> bytes:
    return ",".join(fields.values()).encode() + b"\n"


def _with(**changes: str) -> Damage:
    return lambda fields: _line(fields | changes)


def _no_offset(fields: dict[str, str]) -> bytes:
    return _line(
        fields | {"started_at": fields["started_at"][:19], "ended_at": fields["ended_at"][:19]}
    )


def _ends_before(fields: dict[str, str]) -> bytes:
    return _line(fields | {"ended_at": "2025-01-01T00:00:00+01:00"})


def _open_quote(fields: dict[str, str]) -> bytes:
    return _line(fields | {"a_number": '"' + fields["a_number"]})


def _bad_bytes(fields: dict[str, str]) -> bytes:
    return _line(fields | {"trunk_out": "@@"}).replace(b"@@", b"TG\xff\xfe")


DAMAGES: tuple[tuple[str, str, Damage], ...] = (
    ("field_count", "one field short", lambda fields: _line(dict(list(fields.items())[:-1]))),
    ("field_count", "two fields too many", lambda fields: _line(fields | {"x1": "x", "x2": "y"})),
    ("missing", "no b_number", _with(b_number="")),
    ("missing", "no started_at", _with(started_at="")),
    ("bad_type", "ring_s is not a number", _with(ring_s="4x")),
    ("bad_type", "ring_s in exponent form", _with(ring_s="1e1")),
    ("bad_scale", "ring_s with 5 decimals", _with(ring_s="3.12345")),
    ("out_of_range", "ring_s is negative", _with(ring_s="-4")),
    ("bad_code", "unknown outcome", _with(call_outcome="maybe")),
    ("bad_code", "unknown closing cause", _with(closing_cause="sunset")),
    ("bad_time", "month 13", _with(started_at="2026-13-41T00:00:00+01:00")),
    ("bad_time", "no offset", _no_offset),
    ("bad_interval", "ends before it starts", _ends_before),
    ("bad_identifier", "IMSI with a letter", _with(imsi="99970A1234567")),
    ("bad_identifier", "calling number of 17 digits", _with(a_number="99960123456789012")),
    ("bad_encoding", "bytes that are not UTF-8", _bad_bytes),
    ("unreadable", "quote never closed", _open_quote),
    ("unreadable", "blank line", lambda _: b"\n"),
)


@dataclass
class Broken:
    """Damaged records of a day: where they go and what is wrong with each."""

    source: np.ndarray
    hour: np.ndarray
    damage: np.ndarray


def choose_broken(config: SimulationConfig, day: date, events: Events) -> Broken:
    """Return the day's broken records; every kind of damage comes in turn."""
    rng = stream(config.seed, "broken", day.toordinal())
    pool = np.flatnonzero(
        (events.record_type == MOC)
        & (events.duration == 0)
        & (events.record_type != DATA)
        & (events.owner >= 0)
        & (events.node == 0)
    )
    wanted = max(int(rng.poisson(len(events) * config.faults.broken)), 1) if len(pool) else 0
    source = pool[rng.integers(0, len(pool), wanted)] if wanted else np.zeros(0, np.int64)
    hour = hours_of(events, day)[source]
    offset = (day - config.start).days
    damage = (offset + np.arange(wanted) * 7) % len(DAMAGES)
    good = ~in_special(config, day, events.node[source], hour)
    return Broken(source[good], hour[good], damage[good])


def broken_line(line: bytes, damage: int, ref: int) -> bytes:
    """Return a damaged copy of a line under a charging reference of its own."""
    fields: dict[str, str] = dict(
        zip(COLUMN_NAMES, line.decode().rstrip("\n").split(","), strict=True)
    )
    fields["charging_ref"] = str(ref)
    return DAMAGES[damage][2](fields)


def broken_refs(day: date, count: int) -> np.ndarray:
    """Return charging references for broken records, apart from those of the day's good ones."""
    return day.toordinal() * REFS_PER_DAY + 9 * 10**7 + np.arange(count)
