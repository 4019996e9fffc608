"""What a deck would change: new, ended, dearer, cheaper, other terms, unchanged.

What belongs here: comparing the tariff with and without the deck. Showing it does not.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

import duckdb

from ingestion.decks.compose import Target, composed
from ingestion.decks.live import live

KINDS: Final = ("new", "ended", "up", "down", "terms", "unchanged")


def compare(con: duckdb.DuckDBPyConnection, target: Target, from_day: date) -> dict[str, int]:
    """Create the temporary table `deck_changes` and return its rows by kind of change.

    Args:
        con: has the tables of `compose`.
        target: what the deck prices.
        from_day: as of when the deck is laid in.

    Returns:
        Counts for each of KINDS. `deck_changes` has CHANGE_COLUMNS: one row per code (a prefix,
        or a destination where the deck has no prefixes), band and period that begins; prices are
        for `unit_size` units; `priced_as` is the shorter prefix that priced a new code until then.
    """
    day = f"date '{from_day.isoformat()}'"
    for name, relation in (("old", live), ("new", composed)):
        con.execute(
            f"create or replace temp table deck_{name} as {_flat(con, target, relation, day)}"
        )
    con.execute(f"create or replace temp table deck_compared as {_compared(target, day)}")
    _find_cover(con, target)
    con.execute(f"create or replace temp table deck_changes as {_listed(target.unit_size)}")
    found = dict(
        con.execute("select change, count(*) from deck_changes group by change").fetchall()
    )
    return {kind: int(found.get(kind, 0)) for kind in KINDS}


def _flat(
    con: duckdb.DuckDBPyConnection, target: Target, relation: Callable[[str], str], day: str
) -> str:
    """Return SQL for the prices of the card by code, from the day on, in tables so named."""
    has_prefixes = con.execute(
        "select 1 from deck_periods where prefix is not null limit 1"
    ).fetchall()
    # A deck of known destinations has no codes: the destination itself is compared.
    prefixes = relation("destination_prefixes") if has_prefixes else (
        f"(select * from {relation('destination_prefixes')} where false)"
    )  # fmt: skip
    return f"""
        with terms as (
            select rate_id, first(unit_price order by tier_start) as unit_price,
                first(unit_size order by tier_start) as unit_size,
                string_agg(increment, '/' order by tier_start)
                    || case when count(*) = 1 then '/' || min(increment) else '' end
                    || case when min(unit_price) < max(unit_price)
                        then ' at ' || string_agg(unit_price, ', ' order by tier_start) else '' end
                    || case when max(setup_fee) > 0 then ' +' || max(setup_fee) else '' end
                    as terms
            from {relation("rates")} group by rate_id
        )
        select coalesce(prefixes.prefix, prices.destination_id) as code, prices.destination_id,
            coalesce(names.name, prices.destination_id) as destination, prices.band_id,
            prices.rate_id,
            greatest(prices.valid_from, coalesce(prefixes.valid_from, prices.valid_from), {day})
                as valid_from,
            least(prices.valid_to, coalesce(prefixes.valid_to, prices.valid_to)) as valid_to,
            terms.unit_price, terms.unit_size, terms.terms
        from {relation(target.table)} as prices
        left join {prefixes} as prefixes
            on prices.destination_id = prefixes.destination_id
            and prices.valid_from < prefixes.valid_to and prefixes.valid_from < prices.valid_to
            and prefixes.valid_to > {day}
        left join {relation("destinations")} as names
            on prices.destination_id = names.destination_id
        left join terms on prices.rate_id = terms.rate_id
        where {target.condition} and prices.valid_to > {day}
    """


def _compared(target: Target, day: str) -> str:
    """Return SQL: every period of a code after, beside the price it had before at its start."""
    old, new = _price("old", target), _price("new", target)
    higher = "new.unit_price * old.unit_size"
    lower = "old.unit_price * new.unit_size"
    return f"""
        with after as (
            select new.code, new.destination_id, new.destination, new.band_id,
                new.valid_from as effective_on, new.valid_to as ends_on,
                {old} as old_price, {new} as new_price, old.terms as old_terms,
                new.terms as new_terms,
                case when old.code is null then 'new'
                    when {higher} > {lower} then 'up' when {higher} < {lower} then 'down'
                    when old.terms <> new.terms then 'terms' else 'unchanged' end as change
            from deck_new as new left join deck_old as old
                on new.code = old.code and new.band_id = old.band_id
                and new.valid_from >= old.valid_from and new.valid_from < old.valid_to
        ),
        last_old as (
            select code, band_id, min(valid_from) as valid_from, max(valid_to) as valid_to,
                max_by(destination_id, valid_to) as destination_id,
                max_by(destination, valid_to) as destination,
                max_by(unit_price, valid_to) as unit_price,
                max_by(unit_size, valid_to) as unit_size, max_by(terms, valid_to) as terms
            from deck_old group by code, band_id
        ),
        last_new as (
            select code, band_id, max(valid_to) as valid_to from deck_new group by code, band_id
        )
        select * from after
        union all
        select old.code, old.destination_id, old.destination, old.band_id,
            coalesce(last_new.valid_to, old.valid_from), old.valid_to, {old}, null, old.terms,
            null, 'ended'
        from last_old as old left join last_new
            on old.code = last_new.code and old.band_id = last_new.band_id
        where coalesce(last_new.valid_to, {day}) < old.valid_to
    """


def _price(side: str, target: Target) -> str:
    """Return SQL for a price per unit of the deck; only a price for other units is rounded."""
    size = f"{side}.unit_size"
    return (
        f"case when {size} = {target.unit_size} then {side}.unit_price else "
        f"cast({side}.unit_price * {target.unit_size} / {size} as decimal(18, 6)) end"
    )


def _find_cover(con: duckdb.DuckDBPyConnection, target: Target) -> None:
    """Create `deck_cover`: the longest shorter prefix that prices a new code today."""
    lengths = con.execute(
        "select distinct length(code) from deck_old where code not like '*%' order by 1 desc"
    ).fetchall()
    price = _price("old", target)
    parts = [
        f"select new.code, new.band_id, new.effective_on, old.code as priced_as, "
        f"{price} as old_price, old.terms as old_terms "
        "from deck_compared as new inner join deck_old as old "
        f"on left(new.code, {length}) = old.code and length(new.code) > {length} "
        "and new.band_id = old.band_id and new.effective_on >= old.valid_from "
        "and new.effective_on < old.valid_to where new.change = 'new'"
        for (length,) in lengths
    ] or ["select code, band_id, effective_on, code as priced_as, old_price, old_terms "
          "from deck_compared where false"]  # fmt: skip
    con.execute(
        "create or replace temp table deck_cover as "
        "select code, band_id, effective_on, max(priced_as) as priced_as, "
        "max_by(old_price, priced_as) as old_price, max_by(old_terms, priced_as) as old_terms "
        f"from ({' union all '.join(parts)}) group by all"
    )


def _listed(unit_size: int) -> str:
    """Return SQL for the changes; a code that moves later is not listed as unchanged before."""
    return f"""
        with moved as (
            select distinct code, band_id from deck_compared where change <> 'unchanged'
        ),
        -- In the join, a condition on `change` would compare every row with every other one.
        covered as (
            select compared.* replace (
                case when compared.change = 'new' then cover.old_price
                    else compared.old_price end as old_price,
                case when compared.change = 'new' then cover.old_terms
                    else compared.old_terms end as old_terms
            ), case when compared.change = 'new' then cover.priced_as end as priced_as
            from deck_compared as compared left join deck_cover as cover
                on compared.code = cover.code and compared.band_id = cover.band_id
                and compared.effective_on = cover.effective_on
        )
        select covered.change, destination, destination_id, covered.code, covered.band_id,
            effective_on, nullif(ends_on, date '9999-12-31') as ends_on, cast({unit_size} as bigint)
                as unit_size, old_price, new_price,
            cast(case when old_price > 0
                then round(100 * (new_price - old_price) / old_price, 2) end as decimal(18, 2))
                as change_pct,
            old_terms, new_terms, priced_as
        from covered left join moved
            on covered.code = moved.code and covered.band_id = moved.band_id
        where covered.change <> 'unchanged' or moved.code is null
    """
