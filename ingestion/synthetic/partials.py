"""Records of the second gateway: long sessions are told in parts, and a few parts are lost.

Rows only; the files they stand in are made in `gateway`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.events import GATEWAY, Events

PART_S = 1_200
"""A record is closed after so many seconds and the next one opened."""


@dataclass
class Parts:
    """Records of sessions, one array entry each; `number` counts from 1 to `of`."""

    session: np.ndarray
    number: np.ndarray
    of: np.ndarray
    start: np.ndarray
    duration: np.ndarray
    up: np.ndarray
    down: np.ndarray
    is_lost: np.ndarray

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.start)


def parts_of(config: SimulationConfig, day: date, sessions: Events) -> Parts:
    """Return the records of one day's sessions at the gateway, by session and number.

    A session that outlasts its local day is one record, so that all parts are of one day. Of some
    sessions in three records or more the second never reaches a file.
    """
    inside = sessions.start + sessions.duration <= local_day(day).end
    count = np.where(inside, np.maximum(-(-sessions.duration // PART_S), 1), 1)
    session = np.repeat(np.arange(len(sessions)), count)
    number = np.arange(len(session)) - np.repeat(np.cumsum(count) - count, count) + 1
    of, whole = count[session], sessions.duration[session]
    begin = (number - 1) * PART_S
    end = np.where(number == of, whole, begin + PART_S)
    up, down = (
        volume[session] * end // whole - volume[session] * begin // whole
        for volume in (sessions.up, sessions.down)
    )
    draw = stream(config.seed, "partials", day.toordinal()).random(len(sessions))
    is_lost = (number == 2) & (of >= 3) & (draw[session] < config.faults.lost_partial)
    parts = Parts(
        session, number, of, sessions.start[session] + begin, end - begin, up, down, is_lost
    )
    # What is left of a session must still look like one of its access point.
    moved = _without_lost(sessions, parts).access != sessions.access
    parts.is_lost &= ~moved[session]
    return parts


def _without_lost(sessions: Events, parts: Parts) -> Events:
    left = sessions.take(np.arange(len(sessions)))
    gone = np.flatnonzero(parts.is_lost)
    for name in ("duration", "up", "down"):
        getattr(left, name)[parts.session[gone]] -= getattr(parts, name)[gone]
    return left


def as_told(config: SimulationConfig, day: date, events: Events) -> Events:
    """Return a day's events with the quantities that reach a file: without the lost parts."""
    mine = events.node == GATEWAY
    sessions = events.take(mine)
    left = _without_lost(sessions, parts_of(config, day, sessions))
    told = events.take(np.arange(len(events)))
    for name in ("duration", "up", "down"):
        getattr(told, name)[mine] = getattr(left, name)
    return told
