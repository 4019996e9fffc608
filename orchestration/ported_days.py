"""Which local days a new list of ported numbers dirties: on which it routes a number otherwise.

A list comes whole and often, and says of nearly every number what the one before said.
"""

from __future__ import annotations

from datetime import date, timedelta

from ingestion.home import Home

TABLE = "ported_numbers"
_DAY = timedelta(days=1)
# Of an interval that only ends otherwise, the time between the two ends alone has changed.
_CHANGED = """
    with snapshots as (
        select file_id, landed_seq, max(file_id) over (partition by landed_seq) as newest_file,
            number, routing_prefix,
            coalesce(valid_from, timestamp '1900-01-01') as valid_from,
            coalesce(valid_to, timestamp '9999-12-31') as valid_to
        from read_parquet(?, union_by_name = true)
    ),
    before as (
        select * from snapshots where file_id = newest_file and landed_seq = (
            select max(landed_seq) from snapshots where landed_seq <= ?
        )
    ),
    now as (
        select * from snapshots where file_id = newest_file and landed_seq = (
            select max(landed_seq) from snapshots
        )
    )
    select
        min(case when now.number is null then before.valid_from
            when before.number is null then now.valid_from
            else least(before.valid_to, now.valid_to) end),
        max(case when now.number is null then before.valid_to
            when before.number is null then now.valid_to
            else greatest(before.valid_to, now.valid_to) end)
    from before full join now
        on before.number = now.number and before.routing_prefix = now.routing_prefix
        and before.valid_from = now.valid_from
    where before.number is null or now.number is null or before.valid_to <> now.valid_to
"""


def ported_days(home: Home, since: int, first: date, last: date) -> frozenset[date]:
    """Return the days `first` to `last` that lists landed after sequence number `since` change.

    Instants are UTC: a day more on either side covers every zone.
    """
    import duckdb  # noqa: PLC0415 - most plans need no database

    pattern = str(home.landing / "reference" / TABLE / "*.parquet")
    with duckdb.connect() as connection:
        changed, until = connection.execute(_CHANGED, [pattern, since]).fetchone() or (None, None)
    if changed is None or until is None:
        return frozenset()
    begin = max(changed.date() - _DAY, first)
    end = last if until.date() >= last else until.date() + _DAY
    return frozenset(begin + _DAY * step for step in range((end - begin).days + 1))
