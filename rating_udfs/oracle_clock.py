"""Clocks and bands of the oracle: what the local time is, which band holds, when that changes.

What belongs here: instants and the time of day. Plans, rows and money do not.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from rating_udfs.oracle_tables import Row, Rows, Tariff, fits

MOMENT = timedelta(microseconds=1)
MIDNIGHT = time(0)


class Band(NamedTuple):
    """A band of a set and what decides between several: the weight, then the start."""

    weight: int
    starts_at: time
    band_id: str


def to_local(instant: datetime, time_zone: str) -> datetime:
    """Return the naive clock time in `time_zone` of a naive UTC instant."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def band_at(tariff: Tariff, band_set_id: str | None, instant: datetime) -> Band | None:
    """Return the band of a set at a naive UTC instant, or None: highest weight, latest start."""
    holding = [
        Band(row["weight"], time.fromisoformat(row["starts_at"]), row["band_id"])
        for row in _rows_of(tariff, band_set_id)
        if _row_holds(row, to_local(instant, _zone_of(row, tariff)), tariff.holidays)
    ]
    return max(holding, key=lambda band: band[:2], default=None)


def _row_holds(row: Row, local: datetime, holidays: Rows) -> bool:
    calendar = row["holiday_calendar_id"]
    is_holiday = any(
        day["date"] == local.date() and calendar in (None, day["calendar_id"]) for day in holidays
    )
    return (
        fits(row["years"], local.year)
        and fits(row["months"], local.month)
        and fits(row["month_days"], local.day)
        and fits(row["weekdays"], local.isoweekday())
        and (row["holiday"] == "no" or is_holiday)
        and time.fromisoformat(row["starts_at"]) <= local.time()
    )


def _rows_of(tariff: Tariff, band_set_id: str | None) -> list[Row]:
    return [row for row in tariff.time_bands if row["band_set_id"] == band_set_id]


def _zone_of(row: Row, tariff: Tariff) -> str:
    return row["time_zone"] or tariff.time_zone


def band_edges(tariff: Tariff, first: datetime, last: datetime) -> set[datetime]:
    """Return the instants from `first` to `last` at which the band of any set changes."""
    edges: set[datetime] = set()
    for name in {row["band_set_id"] for row in tariff.time_bands}:

        def band_row(instant: datetime, name: str = name) -> tuple[str, time] | None:
            band = band_at(tariff, name, instant)
            return (band.band_id, band.starts_at) if band else None

        rows = _rows_of(tariff, name)
        times = {time.fromisoformat(row["starts_at"]) for row in rows}
        for zone in {_zone_of(row, tariff) for row in rows}:
            edges |= changes(band_row, _clock_instants(zone, times, first, last))
    return edges


def midnights(time_zone: str, first: datetime, last: datetime) -> set[datetime]:
    """Return the instants from `first` to `last` at which the local date changes."""
    candidates = _clock_instants(time_zone, (), first, last)
    return changes(lambda instant: to_local(instant, time_zone).date(), candidates)


def changes(value_at: Callable[[datetime], Any], candidates: Iterable[datetime]) -> set[datetime]:
    """Return those candidates at which a value differs from what it was just before."""
    return {at for at in candidates if value_at(at - MOMENT) != value_at(at)}


def _clock_instants(
    time_zone: str, times: Iterable[time], first: datetime, last: datetime
) -> set[datetime]:
    """Return every instant at which a local clock may reach one of the times or midnight.

    A clock that is put back reaches a time twice; one that is put forward jumps over times, and
    then they are reached at the jump.
    """
    zone = ZoneInfo(time_zone)
    day, last_day = _date_of(first, zone) - timedelta(1), _date_of(last, zone) + timedelta(1)
    instants = _offset_changes(zone, first, last)
    while day <= last_day:
        for at in {MIDNIGHT, *times}:
            for fold in (0, 1):
                local = datetime.combine(day, at).replace(fold=fold, tzinfo=zone)
                instants.add(local.astimezone(UTC).replace(tzinfo=None))
        day += timedelta(1)
    return instants


def _date_of(instant: datetime, zone: ZoneInfo) -> date:
    return instant.replace(tzinfo=UTC).astimezone(zone).date()


def _offset_changes(zone: ZoneInfo, first: datetime, last: datetime) -> set[datetime]:
    """Return the whole seconds at which the zone's offset changes; no two fall into one hour."""
    found: set[datetime] = set()
    low = first.replace(minute=0, second=0, microsecond=0)
    while low <= last:
        high = low + timedelta(hours=1)
        before, after = low, high
        if _offset(zone, before) != _offset(zone, after):
            while after - before > timedelta(seconds=1):
                middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
                is_before = _offset(zone, middle) == _offset(zone, low)
                before, after = (middle, after) if is_before else (before, middle)
            found.add(after)
        low = high
    return found


def _offset(zone: ZoneInfo, instant: datetime) -> timedelta | None:
    return instant.replace(tzinfo=UTC).astimezone(zone).utcoffset()
