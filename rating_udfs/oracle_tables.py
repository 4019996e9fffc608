"""Looking things up in a tariff, one row at a time: the oracle's reading of the reference tables.

What belongs here: what holds at an instant or on a day. Owners, choices and money do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rating_udfs.oracle_arithmetic import Tier

Row = Mapping[str, Any]
ANY = "*any"


@dataclass(frozen=True)
class Tariff:
    """Reference tables as rows; columns are those of the `dim_` models, times are naive UTC.

    `time_bands` are the rows as sent (weekdays, holiday, starts_at), not the expanded ones.
    """

    time_zone: str
    identifiers: Sequence[Row]
    subscriptions: Sequence[Row]
    plans: Sequence[Row]
    destinations: Sequence[Row]
    destination_prefixes: Sequence[Row]
    time_bands: Sequence[Row]
    holidays: frozenset[date]
    rates: Sequence[Row]
    rate_cards: Sequence[Row]
    allowances: Sequence[Row] = ()


def quantity_of(event: Row) -> int:
    """Return seconds of a voice event, bytes of a data event, else the number of messages."""
    columns = {"voice": "duration_s", "data": "bytes_total"}
    return event[columns.get(event["service_type"], "event_count")]


def to_local(instant: datetime, time_zone: str) -> datetime:
    """Return the naive clock time in `time_zone` of a naive UTC instant."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def tiers_of(rates: Sequence[Row], rate_id: str) -> list[Tier]:
    """Return the tiers of a rate, lowest first; empty when the rate does not exist."""
    rows = sorted((r for r in rates if r["rate_id"] == rate_id), key=lambda row: row["tier_start"])
    ends = [row["tier_start"] for row in rows[1:]] + [None] * bool(rows)
    return [
        Tier(
            start=row["tier_start"],
            end=end,
            unit_price=row["unit_price"],
            unit_size=row["unit_size"],
            increment=row["increment"],
            setup_fee=rows[0]["setup_fee"],
            minimum_charge=rows[0]["minimum_charge"],
        )
        for row, end in zip(rows, ends, strict=True)
    ]


def holds(row: Row, on: date) -> bool:
    """Return whether a reference row is valid on a local date."""
    return row["valid_from"] <= on < row["valid_to"]


def band_at(tariff: Tariff, band_set_id: str, instant: datetime) -> str | None:
    """Return the band of a set at a naive UTC instant: highest weight, then the latest start."""
    rows = [row for row in tariff.time_bands if row["band_set_id"] == band_set_id]
    best: tuple[int, str] | None = None
    band = None
    for row in sorted(rows, key=lambda row: row["band_id"]):
        local = to_local(instant, row["time_zone"] or tariff.time_zone)
        weekdays = row["weekdays"].split(";")
        on_day = weekdays == [ANY] or str(local.isoweekday()) in weekdays
        on_day = on_day and (row["holiday"] == "no" or local.date() in tariff.holidays)
        if on_day and row["starts_at"] <= local.strftime("%H:%M"):
            rank = (row["weight"], row["starts_at"])
            if best is None or rank > best:
                best, band = rank, row["band_id"]
    return band
