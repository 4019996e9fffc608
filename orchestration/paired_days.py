"""Which local days the records of a switch dirty beside their own: the other parts of their calls.

Pure, but for one query on the ledger; it is part of the fast path and imports nothing heavy.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date, timedelta

_MEASURED_APART = "switch_cucm"
"""Quality of its calls comes in files of its own, so none of its days is ever closed."""


def paired_days(
    known: Iterable[date], new: Iterable[date], window: int, is_open: Set[date]
) -> set[date]:
    """Return the days of one feed that must be built again because of days that arrived.

    A half on a day up to `window` days away may pair now, or no longer be alone. A half that waited
    is given up when the feed reaches further than `window` days behind it.

    Args:
        known: days the feed had records of before.
        new: days of the files that arrived.
        window: days by which the records of a call may lie apart.
        is_open: days of files in which parts of calls are alone; a call that stands whole in one
            file pairs with nothing elsewhere.
    """
    before, arrived = set(known), set(new)
    if not arrived:
        return set()
    reach = timedelta(days=window)
    all_days = before | arrived
    near = {
        day
        for day in all_days
        if any(
            abs(day - other) <= reach and (day in is_open or other in is_open) for other in arrived
        )
    }
    given_up_before = max(before) - reach if before else min(arrived)
    given_up_now = max(all_days) - reach
    return near | {day for day in before & is_open if given_up_before <= day < given_up_now}


def read_paired_days(
    connection: sqlite3.Connection,
    since: int,
    window: int,
    retried: Iterable[tuple[str, str]] = (),
) -> set[date]:
    """Return the days that records of switches landed after `since` dirty beside their own.

    Args:
        connection: the ledger.
        since: sequence number of the last build.
        window: days by which the records of a call may lie apart.
        retried: feed and day of records whose files landed before.
    """
    known: dict[str, set[date]] = defaultdict(set)
    new: dict[str, set[date]] = defaultdict(set)
    is_open: dict[str, set[date]] = defaultdict(set)
    rows = connection.execute(
        "select file_days.feed, day, min(landed_seq), max(landed_seq), "
        f"max(file_days.feed = '{_MEASURED_APART}' or findings like '%\"open_event\"%') "
        "from file_days "
        "inner join files using (file_id) where file_days.feed like 'switch\\_%' escape '\\' "
        "and files.state = 'landed' group by file_days.feed, day"
    )
    for feed, text, oldest, newest, waits in rows:
        day = date.fromisoformat(text)
        if oldest <= since:
            known[feed].add(day)
        if newest > since:
            new[feed].add(day)
        if waits:
            is_open[feed].add(day)
    for feed, text in retried:
        if feed.startswith("switch_"):
            day = date.fromisoformat(text)
            new[feed].add(day)
            is_open[feed].add(day)
    return {
        day for feed in new for day in paired_days(known[feed], new[feed], window, is_open[feed])
    }
