"""May this deck become valid? Contradictions inside it, and with the tariff it would enter.

What belongs here: rules over the rows of a deck. What a single row says is judged in `rows`, whole
tables of the tariff in `tariff.table_gate`.
"""

from dataclasses import replace
from datetime import date
from typing import Final

import duckdb

from ingestion.decks.compose import Target, composed
from ingestion.decks.live import live
from ingestion.decks.profile import DeckProfile
from ingestion.sql_text import quoted
from ingestion.tariff.findings import MOST_FINDINGS, Finding
from ingestion.tariff.table_gate import table_findings

# SQL over the tables of `rows`: lines, what is wrong, what was expected.
_BAD_TERMS: Final = """
    select [record_no], case
        when increment <= 0 or first_increment <= 0
            then 'the increment is ' || first_increment || '/' || increment
        when unit_price < 0 then 'the price is ' || unit_price
        else 'the set-up fee is ' || setup_fee end,
        'above 0 for an increment, 0 or more for money'
    from deck_rows
    where not is_closed and (
        increment <= 0 or first_increment <= 0 or unit_price < 0 or setup_fee < 0
    )
    order by record_no
"""
_BACKWARD: Final = """
    select [record_no], 'it is valid from ' || starts || ' to before ' || ends,
        'an end after the start'
    from deck_rows where not is_closed and ends <= starts order by record_no
"""
_NEXT: Final = """
    select *, lead(record_no) over following as next_no, lead(begins) over following as next_begins,
        lead(is_closed) over following as next_closed
    from (
        select *, coalesce(starts, date '1900-01-01') as begins from deck_prices
        where (code, band_id) in (
            select (code, band_id) from deck_prices group by code, band_id having count(*) > 1
        )
    )
    window following as (partition by code, band_id order by begins, record_no)
"""
_OVERLAP: Final = f"""
    select [record_no, next_no], code || ' is priced from '
            || coalesce(cast(starts as varchar), 'the day of activation')
            || case when next_begins = begins then ' twice' else ' to before ' || ends
                || ' and again from ' || next_begins end,
        'that the first ends where the second begins'
    from ({_NEXT}) where next_begins < ends or next_begins = begins order by record_no
"""
_GAP: Final = f"""
    select [record_no, next_no], code || ' has no price from ' || ends || ' to before '
            || next_begins,
        'that the second begins where the first ends'
    from ({_NEXT}) where next_begins > ends and not is_closed and not next_closed
    order by record_no
"""
# Prefixes of one destination share its price.
_TWO_PRICES: Final = """
    with terms as (
        select destination_id, band_id, rate_id, coalesce(starts, date '1900-01-01') as begins,
            ends, min(record_no) as record_no
        from deck_prices where not is_closed group by all
    ),
    several as (
        select destination_id, band_id from terms group by all
        having min(rate_id) <> max(rate_id)
    ),
    reached as (
        select terms.*, max_by(record_no, ends) over before as other_no,
            max_by(rate_id, ends) over before as other_rate, max(ends) over before as reached
        from terms inner join several using (destination_id, band_id)
        window before as (
            partition by destination_id, band_id order by begins, record_no
            rows between unbounded preceding and 1 preceding
        )
    )
    select [least(record_no, other_no), greatest(record_no, other_no)],
        'destination ' || destination_id || ' has the prices ' || other_rate || ' and ' || rate_id
            || ' at one time',
        'one price for all its prefixes, or price_per: prefix in the profile'
    from reached where begins < reached and rate_id <> other_rate order by 1
"""
_UNKNOWN_DESTINATION: Final = """
    select [min(record_no)], 'destination ''' || destination_name || ''' is unknown',
        'a destination_id or a name of our destinations'
    from deck_prices where destination_id is null group by destination_name order by 1
"""
_UNDATED: Final = """
    select [record_no], 'it has no date to be valid from',
        'one in every row, because the profile activates decks when they land'
    from deck_rows where starts is null order by record_no
"""


def deck_findings(con: duckdb.DuckDBPyConnection, profile: DeckProfile) -> list[Finding]:
    """Return what is wrong with a deck in itself and for its agreement or card.

    Args:
        con: has the tables of `rows.type_rows` and `live.load_live`.
        profile: what the deck prices.
    """
    hits = _agreement_findings(con, profile)
    rules = [_BAD_TERMS, _BACKWARD, _OVERLAP, _GAP]
    if profile.destinations == "known":
        rules.append(_UNKNOWN_DESTINATION)
    if profile.price_per == "destination":
        rules.append(_TWO_PRICES)
    if profile.activation == "on_landing":
        rules.append(_UNDATED)
    for rule in rules:
        hits += _found(con, rule)
    if not con.execute("select 1 from deck_rows limit 1").fetchall():
        hits.append(Finding("deck", (), "no row can be read", "at least one"))
    return hits[:MOST_FINDINGS]


def laid_in_findings(
    con: duckdb.DuckDBPyConnection, target: Target, from_day: date
) -> list[Finding]:
    """Return what would be wrong with the tariff if the deck were valid from a day on.

    Args:
        con: has what `compose` makes.
        target: what the deck prices.
        from_day: when it would become valid.
    """
    hits = [] if target.covers_all and not _has_live(con, target) else _moved_early(con, target)
    if not target.covers_all:
        hits += _shadowed(con, target)
    for table in (target.table, "destination_prefixes"):
        for finding in table_findings(con, table, composed(table)):
            # Lines of a table that was put together are no lines of a file.
            hits.append(replace(finding, lines=(), table=f"{table} from {from_day}"))
    return hits[:MOST_FINDINGS]


def _has_live(con: duckdb.DuckDBPyConnection, target: Target) -> bool:
    return bool(con.execute(
        f"select 1 from {live(target.table)} where {target.condition} limit 1"
    ).fetchall())  # fmt: skip


def _moved_early(con: duckdb.DuckDBPyConnection, target: Target) -> list[Finding]:
    """Find prefixes whose price would change before the date of their own row.

    All prefixes of a destination share its price, so one that joins it today with a new price
    would bring that price to those which the deck moves next month.
    """
    return _found(
        con,
        f"""
        with firsts as (
            select prefix, destination_id, band_id, min(record_no) as record_no,
                min(valid_from) as prefix_from
            from deck_periods where prefix is not null and not is_closed group by all
        ),
        dated as (
            select destination_id, band_id, min(valid_from) as destination_from,
                min_by(record_no, valid_from) as other_no
            from deck_periods where not is_closed group by all
        )
        select [least(other_no, firsts.record_no), greatest(other_no, firsts.record_no)],
            firsts.prefix || ' would change its price on ' || destination_from || ', not on '
                || prefix_from || ' as its row says',
            'one date for all prefixes of destination ' || firsts.destination_id
        from firsts inner join dated using (destination_id, band_id)
        inner join {live("destination_prefixes")} as prefixes
            on firsts.prefix = prefixes.prefix
            and firsts.destination_id = prefixes.destination_id
            and prefixes.valid_from <= destination_from and prefixes.valid_to > destination_from
        inner join (select * from {live(target.table)} where {target.condition}) as prices
            on firsts.destination_id = prices.destination_id and firsts.band_id = prices.band_id
            and prices.valid_from <= destination_from and prices.valid_to > destination_from
        inner join (select * from {composed(target.table)} where {target.condition}) as changed
            on firsts.destination_id = changed.destination_id and firsts.band_id = changed.band_id
            and changed.valid_from <= destination_from and changed.valid_to > destination_from
        where prefix_from > destination_from and prices.rate_id <> changed.rate_id
        order by 1
    """,
    )


def _shadowed(con: duckdb.DuckDBPyConnection, target: Target) -> list[Finding]:
    """Find prefixes that the card prices by another destination, whose row would go first."""
    return _found(
        con,
        f"""
        select [period.record_no], period.prefix || ' is priced as destination '
                || prefixes.destination_id || ' too, from ' || prices.valid_from,
            'covers: everything in the profile, or an end of that row'
        from deck_periods as period
        inner join {composed("destination_prefixes")} as prefixes
            on period.prefix = prefixes.prefix
            and not starts_with(prefixes.destination_id, '{quoted(target.namespace)}')
            and period.valid_from < prefixes.valid_to and prefixes.valid_from < period.valid_to
        inner join (select * from {composed(target.table)} where {target.condition}) as prices
            on prefixes.destination_id = prices.destination_id
            and period.valid_from < prices.valid_to and prices.valid_from < period.valid_to
        where period.is_priced order by 1, 2
    """,
    )


def _agreement_findings(con: duckdb.DuckDBPyConnection, profile: DeckProfile) -> list[Finding]:
    """Return whether agreement or card, currency and bands are those of the live tariff."""
    card = quoted(profile.card_id)
    if profile.agreement:
        known = con.execute(
            f"select distinct currency, band_set_id from {live('agreements')} "
            f"where agreement_id = '{card}'"
        ).fetchall()
        what = f"agreement {profile.agreement!r}"
    else:
        known = con.execute(
            f"select distinct currency, band_set_id from {live('rate_cards')} where "
            f"rate_card_id = '{card}' and service_type = '{quoted(profile.service_type)}' "
            f"and direction = '{profile.direction}'"
        ).fetchall()
        what = (
            f"rate card {profile.rate_card!r} with a row for {profile.service_type} "
            f"{profile.direction}"
        )
    if not known:
        return [Finding("profile", (), f"{what} is unknown", "one of the live tariff")]
    currencies = sorted({str(row[0]) for row in known})
    if profile.currency not in currencies:
        return [
            Finding("profile", (), f"currency is {profile.currency!r}", " or ".join(currencies))
        ]
    sets = ", ".join(f"'{quoted(str(row[1]))}'" for row in known if row[1] is not None) or "null"
    return _found(
        con,
        "select [min(record_no)], 'band ''' || band_id || ''' is unknown', 'a band of set ' || "
        f"$${sets}$$ from deck_rows where band_id <> '*any' and band_id not in (select band_id "
        f"from {live('time_bands')} where band_set_id in ({sets})) group by band_id order by 1",
    )


def _found(con: duckdb.DuckDBPyConnection, rule: str) -> list[Finding]:
    hits = con.execute(f"{rule} limit {MOST_FINDINGS}").fetchall()
    if not hits:
        return []
    lines = sorted({line for numbers, _, _ in hits for line in numbers})
    shown = dict(
        con.execute(
            "select record_no, raw_line from deck_text where list_contains(?, record_no)", [lines]
        ).fetchall()
    )
    return [
        Finding("deck", tuple(numbers), what, expected,
                tuple(shown.get(line, "") for line in numbers), "row")
        for numbers, what, expected in hits
    ]  # fmt: skip
