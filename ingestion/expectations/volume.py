"""How many records a local day brought, against the same weekday in the eight weeks before.

What belongs here: which days of which feeds are judged, their figures and bounds. The figures come
from the ledger, where the records of a file belong to the local day that it closes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final

from ingestion.batch import BatchResult
from ingestion.expectations.rules import Rule, warning
from ingestion.feeds import SWITCH_FEEDS
from ingestion.ledger import Ledger

NAME: Final = "volume"
# Feeds with traffic of their own every day; what partners send comes as their customers travel.
FEEDS: Final = ("mediation", *SWITCH_FEEDS, "cdr3gpp", "pm")
WEEKS: Final = 8
FEWEST_WEEKS: Final = 3
# The lower bound is the variable `volume_floor` of the dbt project, which judges usage events.
RULES: Final[list[Rule]] = [
    warning("ExpectColumnValuesToBeBetween", column="share_of_usual", min_value=0.2, max_value=5)
]


@dataclass(frozen=True)
class DayVolume:
    """One judged day of a feed; the usual records are the median of the same weekdays before."""

    day: str
    records: int
    usual_records: float
    weeks: int
    share_of_usual: float


@dataclass(frozen=True)
class FeedDays:
    """The judged days of one feed, and its newest batch, under which the results are kept."""

    feed: str
    batch_id: str
    days: list[DayVolume]


class Volume:
    """The days that one landing touched, and those that were over when it began."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._before = {feed: _newest_day(ledger, feed) for feed in FEEDS}
        self._touched: dict[str, set[date]] = defaultdict(set)
        self._batch_ids: dict[str, str] = {}

    def note(self, batch: BatchResult) -> None:
        """Take in a batch that was committed."""
        if batch.feed in FEEDS and (days := {day for f in batch.files for day in f.days}):
            self._touched[batch.feed] |= days
            self._batch_ids[batch.feed] = batch.batch_id

    def judged(self) -> list[FeedDays]:
        """Return the days to judge: touched, or complete since this landing, and comparable.

        A day is complete once its feed has a newer one, and comparable when at least three of the
        eight same weekdays before it have records. A complete day without records counts as 0.
        """
        found = []
        for feed, touched in sorted(self._touched.items()):
            newest = _newest_day(self._ledger, feed) or max(touched)
            first = self._before[feed] or min(touched)
            passed = {first + timedelta(days=n) for n in range((newest - first).days)}
            complete = {day for day in touched | passed if day < newest}
            if days := _compared(self._ledger, feed, complete):
                found.append(FeedDays(feed, self._batch_ids[feed], days))
        return found


def _newest_day(ledger: Ledger, feed: str) -> date | None:
    newest = ledger.query("select max(day) from file_days where feed = ?", (feed,))[0][0]
    return date.fromisoformat(newest) if newest else None


def _compared(ledger: Ledger, feed: str, days: Iterable[date]) -> list[DayVolume]:
    earlier = {day: [day - timedelta(weeks=n) for n in range(1, WEEKS + 1)] for day in days}
    records = _records(
        ledger, feed, {*earlier, *(day for found in earlier.values() for day in found)}
    )
    compared = []
    for day in sorted(earlier):
        same = [records[other] for other in earlier[day] if records.get(other)]
        if len(same) >= FEWEST_WEEKS:
            count, usual = records.get(day, 0), float(median(same))
            share = round(count / usual, 4)
            compared.append(DayVolume(day.isoformat(), count, usual, len(same), share))
    return compared


def _records(ledger: Ledger, feed: str, days: Iterable[date]) -> dict[date, int]:
    """Return the landed records of files by the last local day that they hold records of."""
    rows = ledger.query(
        "select of_day.day, sum(files.landed_records) from json_each(?) as wanted "
        "inner join file_days as of_day on of_day.feed = ? and of_day.day = wanted.value "
        "inner join files on files.file_id = of_day.file_id "
        "where not exists (select 1 from file_days as later "
        "where later.file_id = of_day.file_id and later.day > of_day.day) group by of_day.day",
        (json.dumps([day.isoformat() for day in days]), feed),
    )
    return {date.fromisoformat(day): int(records) for day, records in rows}
