"""Which local days a new snapshot of a reference table dirties: on which it says something else.

What belongs here: comparing two snapshots row by row over time. A table comes whole, and most of it
says what the one before said.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from ingestion.columns import REFERENCE_COLUMNS
from ingestion.home import Home
from ingestion.sql_text import quoted

if TYPE_CHECKING:
    import duckdb

_DAY: Final = timedelta(days=1)
_VALIDITY: Final = ("valid_from", "valid_to")
# Tables whose rows price an event by its local day alone. What counts over a period, such as an
# allowance, or has no days of its own and no table below that lends it some, dirties all days.
DATED: Final = frozenset({
    "destination_prefixes", "origin_zones", "rate_cards", "friends", "zero_rated", "discounts",
    "trunks", "partner_networks", "agreements", "agreement_rates",
})  # fmt: skip
# A row that others name by its id counts while they do.
_NAMED_BY: Final = {
    "rates": ("rate_id", ("rate_cards", "agreement_rates")),
    "destinations": (
        "destination_id",
        ("destination_prefixes", "rate_cards", "agreement_rates", "zero_rated"),
    ),
}
COMPARED: Final = DATED | set(_NAMED_BY) | {"holidays"}

_SNAPSHOT: Final = """
create or replace temp table {side}_{table} as
with landed as (from read_parquet('{files}', union_by_name = true) where landed_seq <= {until})
select * from landed where file_id = (
    select max(file_id) from landed where landed_seq = (select max(landed_seq) from landed)
)
"""
# A row is known by what it says and its first day: of one that only ends otherwise, the days
# between the two ends have changed.
_CHANGED: Final = """
with steps as (
    select said, valid_from, valid_to, 1 as rows from now_rows
    union all
    select said, valid_from, valid_to, -1 as rows from before_rows
),
edges as (
    select said, valid_from, valid_from as day, rows from steps
    union all
    select said, valid_from, valid_to as day, -rows as rows from steps
),
sums as (
    select said, valid_from, day, sum(rows) as rows from edges group by all
),
spans as (
    select
        day as first_day,
        lead(day) over known as next_day,
        sum(rows) over known as rows
    from sums
    window known as (partition by said, valid_from order by day)
)
select distinct first_day, next_day from spans where rows <> 0 order by all
"""
# Of rows that fit equally well the first may win, so those that stay must keep their order.
_IS_ORDERED: Final = """
select (
    select list((said, valid_from) order by record_no)
    from now_rows semi join before_rows using (said, valid_from)
) is not distinct from (
    select list((said, valid_from) order by record_no)
    from before_rows semi join now_rows using (said, valid_from)
)
"""
# A call is priced piece by piece: one that began earlier has a piece on the first changed day.
_BEGUN: Final = """
select least($first, min(usage_date)) from build.main.fct_usage_events
where usage_date < $first and service_type = 'voice'
    and started_local + to_seconds(duration_s) >= $first
"""


def reference_days(
    home: Home, tables: Iterable[str], since: int, first: date, last: date
) -> frozenset[date] | None:
    """Return the days `first` to `last` whose rating the newest snapshots of `tables` change.

    Args:
        home: the deployment, built before.
        tables: reference tables that landed after sequence number `since`.
        since: what landed up to it is built.
        first: first local day of usage.
        last: last local day of usage.

    Returns:
        The days; None when a table can't be compared by days, so that all of them are dirty.
    """
    from orchestration.working_warehouse import working_warehouse  # noqa: PLC0415 - opens DuckDB

    names = set(tables)
    if not names:
        return frozenset()
    if not names <= COMPARED:
        return None
    days: set[date] = set()
    with working_warehouse(home) as con:
        for table in names:
            spans = _changed_spans(con, home, table, since)
            if spans is None:
                return None
            for began, end in spans:
                if began > last or end <= first:
                    continue
                ((touched,),) = con.execute(_BEGUN, {"first": max(began, first)}).fetchall()
                count = (min(end, last + _DAY) - touched).days
                days.update(touched + _DAY * step for step in range(count))
    return frozenset(days)


def _changed_spans(
    con: duckdb.DuckDBPyConnection, home: Home, table: str, since: int
) -> list[tuple[date, date]] | None:
    """Return the half-open spans of days on which `table` says something else; None for all."""
    for side, until in (("before", since), ("now", 2**62)):
        dated = _dated(con, home, table, side, until)
        if dated is None:
            return None
        con.execute(f"create or replace temp table {side}_rows as {dated}")
    # A price, a destination or a holiday is known by its id or date: there is no first one.
    if table in DATED and con.execute(_IS_ORDERED).fetchall() == [(False,)]:
        return None
    return con.execute(_CHANGED).fetchall()


def _dated(
    con: duckdb.DuckDBPyConnection, home: Home, table: str, side: str, until: int
) -> str | None:
    """Return SQL for the rows of a snapshot with the days on which they count; None without one."""
    if not _load(con, home, table, side, until):
        return None
    said = [name for name in REFERENCE_COLUMNS[table] if name not in _VALIDITY]
    content = f"rows.record_no, struct_pack({', '.join(f'rows.{name}' for name in said)}) as said"
    rows = f"{side}_{table} as rows"
    if table == "holidays":
        return f"select {content}, date as valid_from, date + 1 as valid_to from {rows}"
    if table in DATED:
        return f"select {content}, {_span('rows')} from {rows}"
    key, users = _NAMED_BY[table]
    there = [user for user in users if _load(con, home, user, side, until)]
    if not there:
        return None
    named = " union all ".join(f"select {key}, {_span('a')} from {side}_{a} as a" for a in there)
    return f"select {content}, valid_from, valid_to from {rows} inner join ({named}) using ({key})"


def _span(rows: str) -> str:
    return (
        f"coalesce({rows}.valid_from, date '1900-01-01') as valid_from, "
        f"coalesce({rows}.valid_to, date '9999-12-31') as valid_to"
    )


def _load(con: duckdb.DuckDBPyConnection, home: Home, table: str, side: str, until: int) -> bool:
    """Create `SIDE_TABLE`, the newest snapshot up to `until`; return whether there is one."""
    files = home.landing / "reference" / table / "*.parquet"
    if not any(files.parent.glob(files.name)):
        return False
    con.execute(_SNAPSHOT.format(side=side, table=table, files=quoted(files), until=until))
    return bool(con.execute(f"select count(*) from {side}_{table}").fetchall()[0][0])
