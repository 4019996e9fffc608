"""Clock changes of a time zone as SQL: UTC to local, and local without offset to UTC.

What belongs here: expressions over naive timestamps, built from the zone rules of the system, so
that DuckDB needs no session zone. Reading or comparing records does not.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingestion.reasons import LandingError

_FIRST_YEAR, _LAST_YEAR = 1995, 2040
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Change:
    """The clock goes from `before` to `after` minutes east of UTC at `at` (naive UTC)."""

    at: datetime
    before: int
    after: int


@cache
def changes(zone: str) -> tuple[Change, ...]:
    """Return the clock changes of `zone` from 1995 to 2040, oldest first.

    Raises:
        LandingError: the zone has no rules on this machine.
    """
    try:
        rules = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise LandingError(
            f"time zone {zone!r} is unknown; set TRUNKLINE_TIME_ZONE to a name like Europe/Madrid."
        ) from error
    found = []
    at = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC)
    while at.year <= _LAST_YEAR:
        later = at + timedelta(days=7)
        if _offset(rules, at) != _offset(rules, later):
            found.append(_change_between(rules, at, later))
        at = later
    return tuple(found)


def _offset(rules: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(rules).utcoffset()
    return 0 if offset is None else int(offset.total_seconds()) // 60


def _change_between(rules: ZoneInfo, low: datetime, high: datetime) -> Change:
    before, after = _offset(rules, low), _offset(rules, high)
    while high - low > _MINUTE:
        middle = low + (high - low) // 2
        middle = middle.replace(second=0, microsecond=0)
        if middle in (low, high):
            break
        low, high = (middle, high) if _offset(rules, middle) == before else (low, middle)
    return Change(high.replace(tzinfo=None), before, after)


def first_offset(zone: str) -> int:
    """Return minutes east of UTC before the first known change of `zone`."""
    known = changes(zone)
    if known:
        return known[0].before
    return _offset(ZoneInfo(zone), datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC))


Span = tuple[datetime, datetime]


def offset_of_utc(utc: str, zone: str, span: Span | None = None) -> str:
    """Return SQL for the minutes east of UTC at the naive UTC timestamp `utc`.

    Where all instants are known to lie in a span, only the changes in it are looked for.
    """
    earlier = [c.after for c in changes(zone) if span and c.at <= span[0]]
    arms = [
        f"when {utc} >= timestamp '{c.at}' then {c.after}"
        for c in reversed(changes(zone))
        if span is None or span[0] < c.at <= span[1]
    ]
    return _case(arms, earlier[-1] if earlier else first_offset(zone))


def offset_of_local(local: str, zone: str) -> str:
    """Return SQL for the offset in minutes of the naive local timestamp `local`.

    Inside a gap the result is NULL; inside a fold it is the offset before the change.
    """
    arms = []
    for change in reversed(changes(zone)):
        was = change.at + timedelta(minutes=change.before)
        becomes = change.at + timedelta(minutes=change.after)
        end_of_old, start_of_new = was, max(was, becomes)
        arms.append(f"when {local} >= timestamp '{start_of_new}' then {change.after}")
        if becomes > was:
            arms.append(f"when {local} >= timestamp '{end_of_old}' then null")
    return _case(arms, first_offset(zone))


def is_fold(local: str, zone: str) -> str:
    """Return SQL that says whether the naive local timestamp `local` occurs twice."""
    spans = [
        f"({local} >= timestamp '{c.at + timedelta(minutes=c.after)}' "
        f"and {local} < timestamp '{c.at + timedelta(minutes=c.before)}')"
        for c in changes(zone)
        if c.after < c.before
    ]
    return f"({' or '.join(spans)})" if spans else "false"


def is_second_pass(utc: str, zone: str, span: Span | None = None) -> str:
    """Return SQL that says whether the local time of the naive UTC `utc` was there once before.

    In the hour after clocks go back. Where all instants are known to lie in a span, only the
    changes in it are looked for.
    """
    passes = [
        (change.at, change.at + timedelta(minutes=change.before - change.after))
        for change in changes(zone)
        if change.after < change.before
    ]
    spans = [
        f"({utc} >= timestamp '{begin}' and {utc} < timestamp '{end}')"
        for begin, end in passes
        if span is None or (begin <= span[1] and span[0] < end)
    ]
    return f"({' or '.join(spans)})" if spans else "false"


def _case(arms: list[str], otherwise: int) -> str:
    return f"(case {' '.join(arms)} else {otherwise} end)" if arms else str(otherwise)


def today_in(zone: str) -> date:
    """Return the local day of a time zone."""
    return datetime.now(ZoneInfo(zone)).date()
