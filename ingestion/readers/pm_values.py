"""Values of performance measurement files as columns, one row per object, counter and interval.

What belongs here: collecting values without one Python object per row beyond its text, instants
and durations as PM files write them. XML does not.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from ingestion.readers.instants import ZoneOffset, utc_of

_DURATION: Final = re.compile(r"P(?:(\d{1,9})D)?T?(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?")
# Of ends of periods, naive UTC: as usage records have them, and with room for every zone.
FIRST, LAST = datetime(1990, 1, 1), datetime(9000, 1, 1)  # noqa: DTZ001
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(.*)")


@dataclass
class Columns:
    """The values of one file: `counters` and `values` per value, the rest per value set."""

    counters: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    starts: list[datetime | None] = field(default_factory=list)  # naive UTC
    seconds: list[int | None] = field(default_factory=list)
    suspects: list[bool] = field(default_factory=list)
    problems: list[str | None] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    value_problems: dict[int, str] = field(default_factory=dict)
    zone_assumed: bool = False
    _names: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _periods: dict[tuple[str, str], tuple[datetime | None, int | None]] = field(
        default_factory=dict
    )

    def add(
        self,
        target: str,
        counters: list[str],
        values: list[str],
        *,
        start: datetime | None,
        seconds: int | None,
        suspect: bool,
        problem: str | None,
        value_problems: dict[int, str],
    ) -> None:
        """Add the values of one object and interval; `counters` has one name per value."""
        base = len(self.values)
        self.value_problems.update({base + n: text for n, text in value_problems.items()})
        self.counters.extend(counters)
        self.values.extend(values)
        self.objects.append(target)
        self.starts.append(start)
        self.seconds.append(seconds)
        self.suspects.append(suspect)
        self.problems.append(problem)
        self.sizes.append(len(values))

    def object_dn(self, prefix: str, element: str, target: str) -> str:
        """Return prefix, element and object as one distinguished name, overlaps removed."""
        key = (prefix, element, target)
        if key not in self._names:
            parts: list[str] = []
            for name in key:
                for part in (p for p in name.split(",") if p):
                    if part not in parts:
                        parts.append(part)
            self._names[key] = ",".join(parts)
        return self._names[key]

    def period(
        self, duration: str, end: str, zone_offset: ZoneOffset
    ) -> tuple[datetime | None, int | None]:
        """Return start (naive UTC) and seconds of a period.

        (None, None) when either is unreadable, or the end outside `FIRST` and `LAST`.
        """
        key = (duration, end)
        if key not in self._periods:
            seconds = seconds_of(duration)
            until, assumed = instant_of(end, zone_offset)
            self.zone_assumed = self.zone_assumed or assumed
            if until is None or seconds is None or not FIRST <= until < LAST:
                self._periods[key] = (None, None)
            else:
                self._periods[key] = (until - timedelta(seconds=seconds), seconds)
        return self._periods[key]

    def table(self, file_no: int) -> pa.Table:
        """Return the columns as a table with file_no and record_no (from 1)."""
        rows = len(self.values)
        repeat = pa.array(np.repeat(np.arange(len(self.sizes), dtype=np.int32), self.sizes))
        problems = pa.array(self.problems, pa.string()).take(repeat)
        if self.value_problems:
            own = [self.value_problems.get(n) for n in range(rows)]
            problems = pa.array(
                [mine or theirs for mine, theirs in zip(own, problems.to_pylist(), strict=True)],
                pa.string(),
            )
        return pa.table(
            {
                "file_no": pa.array(np.full(rows, file_no, dtype=np.int32)),
                "record_no": pa.array(np.arange(1, rows + 1, dtype=np.int32)),
                "object_dn": pa.array(self.objects, pa.string()).take(repeat),
                "counter": pa.array(self.counters, pa.string()),
                "text": pa.array(self.values, pa.string()),
                "interval_start_at": pa.array(self.starts, pa.timestamp("us")).take(repeat),
                "interval_s": pa.array(self.seconds, pa.int32()).take(repeat),
                "is_suspect": pa.array(self.suspects, pa.bool_()).take(repeat),
                "problem": problems,
            }
        )


def instant_of(text: str, zone_offset: ZoneOffset) -> tuple[datetime | None, bool]:
    """Return an instant as naive UTC and whether its zone had to be assumed."""
    text = text.strip()
    compact = _COMPACT.fullmatch(text)
    if compact:
        year, month, day, hour, minute, second, rest = compact.groups()
        text = f"{year}-{month}-{day}T{hour}:{minute}:{second}{rest}"
    try:
        return utc_of(text, zone_offset)
    except ValueError:
        return None, False


def seconds_of(duration: str) -> int | None:
    """Return the seconds of an ISO 8601 duration such as PT900S or PT1M, or None."""
    match = _DURATION.fullmatch(duration.strip())
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    whole = ((24 * days + hours) * 60 + minutes) * 60 + seconds
    return whole if 0 < whole <= 86_400 * 31 else None
