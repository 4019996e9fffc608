"""What each local day's events looked like when they were rated last.

A file of today often repeats records of yesterday. They are set aside and the events stay as they
were, so the month they fall in needs no rating again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb

from ingestion.home import Home
from orchestration.build_state import database_path
from orchestration.durable import write_json
from orchestration.phases import EVENTS
from orchestration.planning import DAY, DayRange

FILE = "rated_days.json"


def day_hashes(home: Home, ranges: Sequence[DayRange]) -> dict[date, str]:
    """Return a hash of the built events of each local day of `ranges` that has any.

    Two hashes are equal when the day holds the same rows, in any order. They hold for one version
    of DuckDB; another one makes every day look changed.
    """
    found: dict[date, str] = {}
    with duckdb.connect(str(database_path(home)), read_only=True) as connection:
        for days in ranges:
            rows = connection.execute(
                f"""
                select
                    usage_date,
                    concat_ws('-', count(*), bit_xor(hash(events)), sum(hash(events)))
                from {EVENTS} as events
                where started_local >= ? and started_local < ?
                group by usage_date
                """,
                [days.first, days.last + DAY],
            ).fetchall()
            found |= dict(rows)
    return found


def _read(home: Home) -> dict[str, str | None]:
    try:
        return dict(json.loads((home.warehouse / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def changed_days(home: Home, ranges: Sequence[DayRange]) -> set[date]:
    """Return the days of `ranges` whose events are not those that were rated last."""
    now, rated = day_hashes(home, ranges), _read(home)
    days = {day for item in ranges for day in item.days}
    return {day for day in days if rated.get(str(day), "") != now.get(day)}


def doubt(home: Home, ranges: Iterable[DayRange]) -> None:
    """Forget the days of `ranges`: their rating is about to change."""
    rated = _read(home)
    gone = {str(day) for item in ranges for day in item.days}
    write_json(home.warehouse / FILE, {day: rated[day] for day in rated if day not in gone})


def remember(home: Home, ranges: Sequence[DayRange]) -> None:
    """Keep how the events of `ranges` look now, days without any too: they are rated."""
    now = day_hashes(home, ranges)
    days = {day for item in ranges for day in item.days}
    rated: Mapping[str, str | None] = {str(day): now.get(day) for day in sorted(days)}
    write_json(home.warehouse / FILE, {**_read(home), **rated})
