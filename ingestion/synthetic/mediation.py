"""The mediation files of one local day: one per node and UTC hour, header to trailer.

Everything a switch would send, planted faults included, and the facts about it for the answer key.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from ingestion.synthetic import faults
from ingestion.synthetic.additions import Extra, day_extras
from ingestion.synthetic.calendar import Day, local_day, utc_text
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.events import GATEWAY, NODES, Events
from ingestion.synthetic.records import COLUMNS, lines_of, references

STREAM = "main"
_SETTLE_S = 3660
LEVEL = 1
_SPECIAL_TEXT = {
    faults.MISSING: "never sent",
    faults.LATE: "created 30 h late",
    faults.WRONG_TRAILER: "trailer declares 3 more",
}


@dataclass
class DayFiles:
    """What a day's mediation files hold: rows for the key's file list and fault list."""

    files: list[tuple] = field(default_factory=list)
    faults: list[tuple] = field(default_factory=list)
    bytes: int = 0
    written: int = 0


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
        self, node: int, hour: int, lines: bytes, totals: list[int], extras: list[Extra]
    ) -> None:
        """Write one file, unless it is the one that never arrives."""
        begin = self.day.start + hour * 3600
        sequence = self.first_sequence + hour
        name = _name(node, begin, sequence)
        special = faults.special_file(self.config, self.day.day, node, hour)
        if special:
            self.result.faults.append((special, name, 0, _SPECIAL_TEXT[special]))
        if special == faults.MISSING:
            return
        for number, extra in enumerate(extras, start=totals[0] + 3):
            self.result.faults.append((extra.kind, name, number, extra.detail))
        records = totals[0] + len(extras)
        quantities = (
            1000 * (totals[1] + sum(one.duration for one in extras)),
            totals[2] + sum(one.volume for one in extras),
            totals[3] + sum(one.messages for one in extras),
        )
        late = faults.LATE_BY_S if special == faults.LATE else 0
        created = utc_text(begin + 3600 + _SETTLE_S + node * 7 + late)
        declared = records + (3 if special == faults.WRONG_TRAILER else 0)
        header = f"#trunkline-cdr,1,{NODES[node]},{STREAM},{sequence},{created}\n{COLUMNS}\n"
        trailer = f"#end,{declared},{quantities[0]},{quantities[1]},{quantities[2]}\n"
        body = b"".join(extra.line for extra in extras)
        content = b"".join([header.encode(), lines, body, trailer.encode()])
        self._put(name, gzip.compress(content, LEVEL, mtime=0))
        bad = sum(extra.kind not in {"duplicate", "conflict"} for extra in extras)
        counts = ("landed", records, records - bad, bad)
        if special == faults.WRONG_TRAILER:
            counts = ("refused", records, 0, 0)
        where = (NODES[node], sequence)
        self.result.files.append((name, self.day.day, *where, *counts, *quantities))
        copy = faults.has_copy(self.config, self.day.day, node, hour)
        if copy is not None and not special:
            self._write_copy(name, where, content, is_plain=copy % 2 == 0)

    def _put(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)
        self.result.bytes += len(content)
        self.result.written += 1

    def _write_copy(
        self, name: str, where: tuple[str, int], content: bytes, *, is_plain: bool
    ) -> None:
        """Write a file a second time under another name, expanded or byte for byte."""
        twin = name.replace(".csv.gz", "-copy.csv" if is_plain else "-copy.csv.gz")
        self._put(twin, content if is_plain else gzip.compress(content, LEVEL, mtime=0))
        self.result.files.append((twin, self.day.day, *where, "duplicate", 0, 0, 0, 0, 0, 0))
        self.result.faults.append(("duplicate_file", twin, 0, f"of {name}"))


def write_day(
    config: SimulationConfig, day: date, events: Events, before: Events | None, out: Path
) -> DayFiles:
    """Write the mediation files of one local day.

    Args:
        config: the world.
        day: the local day.
        events: its records in file order, those of nodes that send their own files left out.
        before: the same of the day before (some come again), None on the world's first day.
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
    edges = np.searchsorted(place, np.arange(GATEWAY * span.hours + 1))
    sums = [
        np.concatenate([[0], np.cumsum(one)])
        for one in (events.duration, events.volume, events.messages)
    ]
    extras = day_extras(config, day, events, before)
    for slot in range(GATEWAY * span.hours):
        first, end = int(edges[slot]), int(edges[slot + 1])
        node, hour = divmod(slot, span.hours)
        totals = [end - first, *(int(one[end] - one[first]) for one in sums)]
        writer.write(node, hour, text[at[first] : at[end]], totals, extras.get((node, hour), []))
    return writer.result
