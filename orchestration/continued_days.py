"""Which later local days records of a day dirty beside their own: what goes on from it.

A part that comes late may be what the events of the days after it continue. They are asked for only
where such days are built, so an ordinary new day asks nothing.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from ingestion.home import Home

# Events of parts that something may come before.
_GOING_ON = """
select distinct usage_date
from build.main.int_usage__partials
where usage_id = event_usage_id and record_sequence_no > 0 and list_contains($days, usage_date)
"""


def continued_days(home: Home, arrived: AbstractSet[date], last: date, window: int) -> set[date]:
    """Return the built days whose events may continue a session of a day that arrived.

    Args:
        home: The deployment, built before.
        arrived: Local days of usage that landed since.
        last: Last local day of usage.
        window: Days by which the parts of a session may lie apart.
    """
    later = {day + timedelta(days=step) for day in arrived for step in range(1, window + 1)}
    asked = sorted(day for day in later - arrived if day <= last)
    if not asked:
        return set()
    from orchestration.working_warehouse import working_warehouse  # noqa: PLC0415 - opens DuckDB

    with working_warehouse(home) as con:
        return {day for (day,) in con.execute(_GOING_ON, {"days": asked}).fetchall()}
