"""The mediation files of one local day: one per node and UTC hour, with header, trailer and sequence.

Everything a switch would send, planted faults included, and the facts about it for the answer key.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from ingestion.synthetic import faults
from ingestion.synthetic.calendar import Day, local_day, utc_text
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.events import NODES, Events
from ingestion.synthetic.records import COLUMNS, REFS_PER_DAY, lines_of

STREAM = "main"
_SETTLE_S = 3660
LEVEL = 1


@dataclass
class DayFiles:
    """What a day's mediation files hold: rows for the key's file list and fault list."""

    files: list[tuple] = field(default_factory=list)
    faults: list[tuple] = field(default_factory=list)
    bytes: int = 0
    written: int = 0


@dataclass
class _Extra:
    """A line added to a file: its quantities, and the fault it is (None for none)."""

    line: bytes
    duration: int
    volume: int
    messages: int
    kind: str
    detail: str


def references(day: date, count: int) -> np.ndarray:
    """Return the charging references of a day's records."""
    return day.toordinal() * REFS_PER_DAY + np.arange(count)


def _repeat_extras(
    config: SimulationConfig, day: date, events: Events
) -> dict[tuple[int, int], list[_Extra]]:
    """Return the repeated lines of a day's records by (node, hour from the day's start)."""
    chosen = faults.choose_repeats(config, day, events)
    again = events.take(chosen.index)
    again.duration = again.duration + chosen.extra_s
    text, at = lines_of(again, references(day, len(events))[chosen.index], local_day(day))
    extras: dict[tuple[int, int], list[_Extra]] = {}
    for row in range(len(again)):
        kind = "conflict" if chosen.is_conflict[row] else "duplicate"
        detail = f"of charging_ref {references(day, len(events))[chosen.index[row]]}"
        extras.setdefault((int(again.node[row]), int(chosen.hour[row])), []).append(
            _Extra(
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
) -> dict[tuple[int, int], list[_Extra]]:
    """Return every line added to a day's files: repeats of this day and the day before, broken records."""
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
            _Extra(line, 0, 0, 0, reason, detail)
        )
    return extras


def _name(node: int, second: int, sequence: int) -> str:
    stamp = datetime.fromtimestamp(second, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"cdr_{NODES[node]}_{STREAM}_{stamp}_{sequence}.csv.gz"


class _DayWriter:
    """Writes the files of one day and remembers what it wrote."""

    def __init__(self, config: SimulationConfig, day: Day, folder: Path) -> None:
        self.config, self.day, self.folder = config, day, folder
        self.result = DayFiles()
        self.first_sequence = (day.start - local_day(config.start).start) // 3600 + 1

    def write(
        self, node: int, hour: int, lines: bytes, totals: list[int], extras: list[_Extra]
    ) -> None:
        """Write one file, unless it is the one that never arrives."""
        begin = self.day.start + hour * 3600
        sequence = self.first_sequence + hour
        name = _name(node, begin, sequence)
        special = faults.special_file(self.config, self.day.day, node, hour)
        if special == faults.MISSING:
            self.result.faults.append((special, name, 0, "never sent"))
            return
        records = totals[0]
        body = [lines]
        for extra in extras:
            records += 1
            body.append(extra.line)
            self.result.faults.append((extra.kind, name, records + 2, extra.detail))
        quantities = [
            totals[1] + sum(one.duration for one in extras),
            totals[2] + sum(one.volume for one in extras),
            totals[3] + sum(one.messages for one in extras),
        ]
        late = faults.LATE_BY_S if special == faults.LATE else 0
        created = utc_text(begin + 3600 + _SETTLE_S + node * 7 + late)
        declared = records + (3 if special == faults.WRONG_TRAILER else 0)
        header = f"#trunkline-cdr,1,{NODES[node]},{STREAM},{sequence},{created}\n{COLUMNS}\n"
        trailer = f"#end,{declared},{quantities[0] * 1000},{quantities[1]},{quantities[2]}\n"
        content = b"".join([header.encode(), *body, trailer.encode()])
        self._put(name, gzip.compress(content, LEVEL, mtime=0))
        self._key(node, hour, name, special, sequence, records, quantities, extras, content)

    def _put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)
        self.result.bytes += len(content)
        self.result.written += 1

    def _key(
        self,
        node: int,
        hour: int,
        name: str,
        special: str | None,
        sequence: int,
        records: int,
        quantities: list[int],
        extras: list[_Extra],
        content: bytes,
    ) -> None:
        bad = sum(extra.kind not in {"duplicate", "conflict"} for extra in extras)
        refused = special == faults.WRONG_TRAILER
        state = "refused" if refused else "landed"
        if special:
            self.result.faults.append(
                (
                    special,
                    name,
                    0,
                    "created 30 h late" if not refused else "trailer declares 3 more",
                )
            )
        row = (
            NODES[node],
            sequence,
            state,
            records,
            0 if refused else records - bad,
            0 if refused else bad,
            quantities[0] * 1000,
            quantities[1],
            quantities[2],
        )
        self.result.files.append((name, self.day.day, *row))
        copy = faults.has_copy(self.config, self.day.day, node, hour)
        if copy is not None and not special:
            twin = (
                name.replace(".csv.gz", "-copy.csv")
                if copy % 2 == 0
                else name.replace(".csv.gz", "-copy.csv.gz")
            )
            self._put(twin, content if copy % 2 == 0 else gzip.compress(content, LEVEL, mtime=0))
            self.result.files.append(
                (twin, self.day.day, NODES[node], sequence, "duplicate", 0, 0, 0, 0, 0, 0)
            )
            self.result.faults.append(("duplicate_file", twin, 0, f"of {name}"))


def write_day(
    config: SimulationConfig, day: date, events: Events, before: Events | None, out: Path
) -> DayFiles:
    """Write the mediation files of one local day.

    Args:
        config: the world.
        day: the local day.
        events: its records in file order.
        before: the records of the day before (some come again today), None on the world's first day.
        out: the inbox folder.

    Returns:
        What was written.
    """
    span = local_day(day)
    folder = out / "mediation" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    writer = _DayWriter(config, span, folder)
    text, at = lines_of(events, references(day, len(events)), span)
    place = events.node * span.hours + faults.hours_of(events, day)
    edges = np.searchsorted(place, np.arange(len(NODES) * span.hours + 1))
    sums = [
        np.concatenate([[0], np.cumsum(one)])
        for one in (events.duration, events.volume, events.messages)
    ]
    extras = day_extras(config, day, events, before)
    for slot in range(len(NODES) * span.hours):
        first, end = int(edges[slot]), int(edges[slot + 1])
        node, hour = divmod(slot, span.hours)
        totals = [end - first, *(int(one[end] - one[first]) for one in sums)]
        writer.write(node, hour, text[at[first] : at[end]], totals, extras.get((node, hour), []))
    return writer.result
