"""Lines added to a day's files: records written again, and broken ones.

Which they are is chosen in `faults`; here they become lines with the quantities they carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.synthetic import faults
from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.events import Events
from ingestion.synthetic.records import lines_of, references


@dataclass
class Extra:
    """A line added to a file: its quantities, and the fault it is (None for none)."""

    line: bytes
    duration: int
    volume: int
    messages: int
    kind: str
    detail: str


def _repeat_extras(
    config: SimulationConfig, day: date, events: Events
) -> dict[tuple[int, int], list[Extra]]:
    """Return the repeated lines of a day's records by (node, hour from the day's start)."""
    chosen = faults.choose_repeats(config, day, events)
    again = events.take(chosen.index)
    again.duration = again.duration + chosen.extra_s
    text, at = lines_of(again, references(day, len(events))[chosen.index], local_day(day))
    extras: dict[tuple[int, int], list[Extra]] = {}
    for row in range(len(again)):
        kind = "conflict" if chosen.is_conflict[row] else "duplicate"
        detail = f"of charging_ref {references(day, len(events))[chosen.index[row]]}"
        extras.setdefault((int(again.node[row]), int(chosen.hour[row])), []).append(
            Extra(
                text[at[row] : at[row + 1]],
                int(again.duration[row]),
                int(again.volume[row]),
                int(again.messages[row]),
                kind,
                detail,
            )
        )
    return extras


def day_extras(
    config: SimulationConfig, day: date, events: Events, before: Events | None
) -> dict[tuple[int, int], list[Extra]]:
    """Return the lines added to a day's files: repeats of today and yesterday, broken records."""
    length = local_day(day).hours
    extras = {
        place: rows
        for place, rows in _repeat_extras(config, day, events).items()
        if place[1] < length
    }
    if before is not None:
        yesterday = day - timedelta(days=1)
        shift = local_day(yesterday).hours
        for (node, hour), rows in _repeat_extras(config, yesterday, before).items():
            if hour >= shift:
                extras.setdefault((node, hour - shift), [])[:0] = rows
    chosen = faults.choose_broken(config, day, events)
    text, at = lines_of(
        events.take(chosen.source), references(day, len(events))[chosen.source], local_day(day)
    )
    refs = faults.broken_refs(day, len(chosen.source))
    for row in range(len(chosen.source)):
        reason, detail, _ = faults.DAMAGES[chosen.damage[row]]
        line = faults.broken_line(
            text[at[row] : at[row + 1]], int(chosen.damage[row]), int(refs[row])
        )
        extras.setdefault((0, int(chosen.hour[row])), []).append(
            Extra(line, 0, 0, 0, reason, detail)
        )
    return extras
