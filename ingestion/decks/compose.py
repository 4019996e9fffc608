"""A deck laid into the live tariff from a day on: what it replaces ends, nothing before moves.

What belongs here: the tables that come out of it. When that may happen is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from ingestion.columns import REFERENCE_COLUMNS
from ingestion.decks.live import CHANGED, live
from ingestion.sql_text import quoted

_FIRST_NEW: Final = 1_000_000_000_000  # rows of a deck come after all that stand there already


@dataclass(frozen=True)
class Target:
    """What a deck prices, and how far it reaches.

    Attributes:
        card_id: the agreement or rate card.
        is_agreement: which of the two.
        namespace: what the identifiers of the deck's own destinations begin with.
        covers_all: whether what the deck does not list ends.
        kind: of new destinations.
        unit_size: units that a price of the deck is for.
    """

    card_id: str
    is_agreement: bool
    service_type: str
    direction: str
    namespace: str
    covers_all: bool
    kind: str
    unit_size: int

    @property
    def table(self) -> str:
        """The reference table that holds its prices."""
        return "agreement_rates" if self.is_agreement else "rate_cards"

    @property
    def condition(self) -> str:
        """SQL for the rows of that table which the deck may change."""
        key = "agreement_id" if self.is_agreement else "rate_card_id"
        return (
            f"{key} = '{quoted(self.card_id)}' and service_type = '{quoted(self.service_type)}' "
            f"and direction = '{quoted(self.direction)}'"
        )


def composed(table: str) -> str:
    """Return the name of the relation that holds a table with the deck in it."""
    return f"next_{table}"


def compose(con: duckdb.DuckDBPyConnection, target: Target, from_day: date) -> None:
    """Create `next_<table>` for every table of CHANGED.

    Args:
        con: has `live_<table>` and `deck_prices` (see `rows.type_rows`); gets besides
            `deck_periods`: the prices of the deck with valid_from and valid_to as they will be.
        target: what the deck prices.
        from_day: nothing changes before it.
    """
    day = f"date '{from_day.isoformat()}'"
    con.execute(
        "create or replace temp view deck_periods as select *, "
        f"greatest(coalesce(starts, {day}), {day}) as valid_from, ends as valid_to, "
        "ends > valid_from and not is_closed as is_priced from deck_prices"
    )
    # What a deck does not list ends where the deck begins: on the first day of any of its rows.
    (begins,) = con.execute("select min(valid_from) from deck_periods where is_priced").fetchall()[
        0
    ]
    if begins is not None:
        day = f"date '{begins.isoformat()}'"
    _compose_prices(con, target, day)
    _compose_prefixes(con, target, day)
    con.execute(f"create or replace temp table {composed('rates')} as {_rates(target)}")
    con.execute(
        f"create or replace temp table {composed('destinations')} as "
        f"select * from {live('destinations')} union all "
        f"select {_FIRST_NEW} + min(record_no), destination_id, min(destination_name), null, "
        f"'{quoted(target.kind)}', null from deck_periods where is_priced and prefix is not null "
        f"and destination_id not in (select destination_id from {live('destinations')}) "
        "group by destination_id"
    )


def go_live(con: duckdb.DuckDBPyConnection) -> None:
    """Make what was composed the live tables of `con`, for the next deck to be laid into."""
    for table in CHANGED:
        con.execute(f"drop table {live(table)}")
        con.execute(f"alter table {composed(table)} rename to {live(table)}")


def _compose_prices(con: duckdb.DuckDBPyConnection, target: Target, day: str) -> None:
    other = "rate_cards" if target.is_agreement else "agreement_rates"
    con.execute(f"create or replace temp table {composed(other)} as select * from {live(other)}")
    # A destination whose prefixes all end keeps its price up to the last of these ends.
    closing = "true" if target.covers_all else "prefix is null"
    con.execute(
        "create or replace temp table deck_cuts as select destination_id, coalesce("
        "min(valid_from) filter (not is_closed), "
        f"max(valid_from) filter ({closing})) as cut_on from deck_periods group by destination_id"
    )
    rest = f"case when stands.destination_id like '*%' then null else {day} end"
    new = _agreement_rows(target) if target.is_agreement else _card_rows(target)
    con.execute(
        f"create or replace temp table {composed(target.table)} as "
        + _laid_in(
            target.table,
            target.condition,
            key="destination_id",
            rest=rest if target.covers_all else "null",
            new=new,
        )
    )


def _compose_prefixes(con: duckdb.DuckDBPyConnection, target: Target, day: str) -> None:
    con.execute(
        "create or replace temp table deck_cuts as select prefix, min(valid_from) as cut_on "
        "from deck_periods where prefix is not null group by prefix"
    )
    con.execute(
        f"create or replace temp table {composed('destination_prefixes')} as "
        + _laid_in(
            "destination_prefixes",
            f"starts_with(destination_id, '{quoted(target.namespace)}')",
            key="prefix",
            rest=day if target.covers_all else "null",
            new=f"select {_FIRST_NEW} + record_no as record_no, destination_id, prefix, "
            "valid_from, valid_to from deck_periods where is_priced and prefix is not null",
        )
    )


def _laid_in(table: str, own: str, *, key: str, rest: str, new: str) -> str:
    """Return SQL for a live table in which the rows `own` end at their cut and `new` rows stand.

    `deck_cuts` says where a `key` is cut; `rest` is SQL for where all others are, or null. Rows
    that say the same and follow each other, or overlap, become one.
    """
    names = [name for name in REFERENCE_COLUMNS[table] if name not in {"valid_from", "valid_to"}]
    same = ", ".join(f'"{name}"' for name in names)
    columns = f"record_no, {same}, valid_from, valid_to"
    return f"""
        with kept as (
            select stands.* replace (
                least(stands.valid_to, coalesce(cuts.cut_on, {rest}, stands.valid_to)) as valid_to
            )
            from {live(table)} as stands left join deck_cuts as cuts on stands.{key} = cuts.{key}
            where {own}
        ),
        pieces as (
            select {columns} from kept where valid_to > valid_from
            union all
            select {columns} from ({new})
        ),
        several as (select hash({same}) as key from pieces group by {same} having count(*) > 1),
        marked as (
            select *, coalesce(valid_from > max(valid_to) over (
                partition by {same} order by valid_from
                rows between unbounded preceding and 1 preceding
            ), false) as is_apart
            from pieces where hash({same}) in (select key from several)
        ),
        islands as (
            select *, count_if(is_apart) over (partition by {same} order by valid_from) as island
            from marked
        )
        select {columns} from {live(table)} where not ({own})
        union all
        select {columns} from pieces where hash({same}) not in (select key from several)
        union all
        select min(record_no), {same}, min(valid_from), max(valid_to)
        from islands group by {same}, island
    """


def _agreement_rows(target: Target) -> str:
    return f"""
        select {_FIRST_NEW} + min(record_no) as record_no,
            '{quoted(target.card_id)}' as agreement_id, '{quoted(target.direction)}' as direction,
            '{quoted(target.service_type)}' as service_type, destination_id, band_id, rate_id,
            valid_from, valid_to
        from deck_periods where is_priced
        group by destination_id, band_id, rate_id, valid_from, valid_to
    """


def _card_rows(target: Target) -> str:
    """Return SQL for rows of a rate card; a deck says prices, the card's own row says the rest."""
    columns = ", ".join(
        f'period."{name}"'
        if name in {"destination_id", "band_id", "rate_id"}
        else f'terms."{name}"'
        for name in REFERENCE_COLUMNS["rate_cards"]
        if name not in {"valid_from", "valid_to"}
    )
    return f"""
        select {_FIRST_NEW} + min(period.record_no) as record_no, {columns}, period.valid_from,
            period.valid_to
        from deck_periods as period cross join (
            select * from {live("rate_cards")} where {target.condition}
            order by destination_id <> '*any', record_no limit 1
        ) as terms
        where is_priced group by all
    """


def _rates(target: Target) -> str:
    """Return SQL for all rates; a first increment of its own is a first tier."""
    return f"""
        select * from {live("rates")}
        union all
        select {_FIRST_NEW} + row_number() over (order by rate_id, tier_start), rate_id, tier_start,
            unit_price, {target.unit_size}, increment, setup_fee, 0
        from (
            select distinct rate_id, unnest(case when first_increment = increment then [0]
                else [0, first_increment] end) as tier_start, unit_price,
                case when tier_start = 0 then first_increment else increment end as increment,
                case when tier_start = 0 then setup_fee else 0 end as setup_fee
            from deck_periods
            where is_priced and rate_id not in (select rate_id from {live("rates")})
        )
    """
