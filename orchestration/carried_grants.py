"""Months that hang together because a grant of one is drawn on in another.

What belongs here: which more days a dirty day makes dirty. Rating them is the steps' business.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from ingestion.home import Home

_CARRIES = "select count(*) > 0 from build.main.int_rating__buckets where turn is not null"
# Only prorated grants follow who is there; those of a month lie in a month that is rated anyway.
_GRANTED_FROM = """
select min(case
    when period = 'one_off' then valid_from
    else $day - cast(split_part(period, ' ', 1) as integer)
end)
from build.main.int_rating__buckets
where is_prorated and period not in ('cycle', 'day') and $day between valid_from and valid_to - 1
    and (period <> 'one_off' or valid_to < date '9999-12-31')
"""


def _month(day: date) -> date:
    return day.replace(day=1)


def granted_from(home: Home, day: date) -> date:
    """Return the first local day of a grant that a change of holders on `day` makes another one."""
    from orchestration.working_warehouse import working_warehouse  # noqa: PLC0415 - opens DuckDB

    with working_warehouse(home) as con:
        ((began,),) = con.execute(_GRANTED_FROM, {"day": day}).fetchall()
    return min(day, began or day)


def months_after(home: Home, dirty: AbstractSet[date], last: date) -> set[date]:
    """Return the first day of each later month that must be rated again because of dirty days.

    A month is rated whole, so one day of it is enough. Where nothing is carried over there are
    none, and where only the newest month is dirty the warehouse is not even opened.

    Args:
        home: The deployment, built before.
        dirty: Local days that are rated again.
        last: Last local day of usage.
    """
    if not dirty or _month(min(dirty)) == _month(last):
        return set()
    from orchestration.working_warehouse import working_warehouse  # noqa: PLC0415 - opens DuckDB

    with working_warehouse(home) as con:
        ((carries,),) = con.execute(_CARRIES).fetchall()
    known = {_month(day) for day in dirty}
    found, month = set(), min(known)
    while carries and month <= last:
        found.add(month)
        month = _month(month + timedelta(days=31))
    return found - known
