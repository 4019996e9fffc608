"""May this tariff be used? Every rule over its tables, and those between them.

What belongs here: rules over several tables, and the order of all. Rules over one table are in
`table_gate`.
"""

from typing import Final, NamedTuple

import duckdb

from ingestion.tariff.findings import MOST_FINDINGS, Finding
from ingestion.tariff.table_gate import equal_cards, found, table_findings
from ingestion.tariff.tables import REQUIRED, relation


class Reference(NamedTuple):
    """A column whose values must stand in another table.

    Attributes:
        table: where the value is written; `;` separates several.
        column: its column.
        target: the table that must know it.
        target_column: the column there.
        specials: values that need no row there.
    """

    table: str
    column: str
    target: str
    target_column: str
    specials: tuple[str, ...] = ()


_ANY: Final = ("*any",)
_REFERENCES: Final = (
    Reference("destination_prefixes", "destination_id", "destinations", "destination_id"),
    Reference("rate_cards", "destination_id", "destinations", "destination_id",
              ("*any", "*friends")),
    Reference("rate_cards", "rate_id", "rates", "rate_id"),
    Reference("rate_cards", "band_set_id", "time_bands", "band_set_id"),
    Reference("rate_cards", "origin_zone", "origin_zones", "origin_zone", _ANY),
    Reference("plans", "rate_card_id", "rate_cards", "rate_card_id"),
    Reference("plans", "fallback_plan_ids", "plans", "plan_id"),
    Reference("time_bands", "holiday_calendar_id", "holidays", "calendar_id", _ANY),
    Reference("allowances", "plan_id", "plans", "plan_id"),
    Reference("allowances", "destination_ids", "destinations", "destination_id",
              ("*any", "*friends")),
    Reference("allowances", "band_ids", "time_bands", "band_id", _ANY),
    Reference("allowances", "origin_zones", "origin_zones", "origin_zone", _ANY),
    Reference("zero_rated", "plan_id", "plans", "plan_id", _ANY),
    Reference("zero_rated", "destination_id", "destinations", "destination_id", _ANY),
    Reference("discounts", "plan_id", "plans", "plan_id", _ANY),
    Reference("discounts", "band_ids", "time_bands", "band_id", _ANY),
    Reference("charge_caps", "plan_id", "plans", "plan_id"),
    Reference("minimum_commitments", "plan_id", "plans", "plan_id"),
)  # fmt: skip

# The bands of a card row: the pair must be known, and of rows of two sets no two may hold at once.
_UNKNOWN_BAND: Final = """
    select [record_no], 'band ''' || band_id || ''' is no band of set ''' || band_set_id || '''',
        'a row of time_bands'
    from {rows} as cards
    where band_id <> '*any' and band_set_id is not null
        and band_set_id in (select band_set_id from stg_reference__time_bands)
        and (band_set_id, band_id) not in (
            select (band_set_id, band_id) from stg_reference__time_bands
        )
    order by record_no
"""
_EQUAL_ACROSS_SETS: Final = f"""
    {equal_cards("min(band_set_id) <> max(band_set_id)", "band_id <> '*any'")},
    holding as (
        select band_set_id, day, winner_start_s, unnest(winners).band_id as band_id
        from band_moments where calendar_id is null
    )
    select distinct [one.record_no, other.record_no],
        'two rows of card ''' || one.rate_card_id || ''' for ''' || one.destination_id
            || ''' have weight ' || one.weight || ' and hold at once, by bands of two sets',
        'different weights'
    from pairs
    inner join holding as one_holds
        on one.band_set_id = one_holds.band_set_id and one.band_id = one_holds.band_id
    inner join holding as other_holds
        on other.band_set_id = other_holds.band_set_id and other.band_id = other_holds.band_id
            and one_holds.day = other_holds.day
            and one_holds.winner_start_s = other_holds.winner_start_s
    where one.band_set_id <> other.band_set_id
    order by 1
"""
_TWO_PLANS: Final = """
    select [record_no, next_no],
        'subject ''' || concat_ws('/', tenant, category, subject) || ''' has two plans from '
            || next_from,
        'that the first ends where the second begins'
    from (
        select *, lead(record_no) over same as next_no, lead(valid_from) over same as next_from
        from {rows}
        window same as (partition by tenant, category, subject order by valid_from, record_no)
    ) where next_from < valid_to order by record_no
"""
_BACKWARD_PROFILE: Final = """
    select [record_no], 'valid_to ' || valid_to || ' is not after valid_from ' || valid_from,
        'an end after the start'
    from {rows} where valid_to <= valid_from order by record_no
"""
_UNKNOWN_PLAN: Final = """
    select [record_no], 'plan ''' || plan_id || ''' is unknown', 'a row of plans'
    from (select record_no, trim(unnest(string_split(plan_ids, ';'))) as plan_id from {rows})
    where plan_id not in (select plan_id from stg_reference__plans) order by record_no
"""


def tariff_findings(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Return what is wrong with the tariff on `con`, at most MOST_FINDINGS.

    Args:
        con: has every `stg_reference__<table>` of REQUIRED with `record_no`, and
            `rating_profiles`.
    """
    hits: list[Finding] = []
    for table in REQUIRED:
        hits += table_findings(con, table, relation(table))
    for reference in _REFERENCES:
        hits += unknown(con, reference)
    cards = relation("rate_cards")
    hits += found(con, "rate_cards", cards, _UNKNOWN_BAND)
    hits += found(con, "rate_cards", cards, _EQUAL_ACROSS_SETS)
    for rule in (_BACKWARD_PROFILE, _TWO_PLANS, _UNKNOWN_PLAN):
        hits += found(con, "subjects", "rating_profiles", rule)
    return hits[:MOST_FINDINGS]


def imported_findings(con: duckdb.DuckDBPyConnection, *, cards: bool) -> list[Finding]:
    """Return what is wrong with a tariff that was imported from another engine.

    Its values and references were checked in its own files; a moment without a band suspends an
    event there.

    Args:
        con: as for `tariff_findings`.
        cards: whether two card rows may have one key; the import knows, and decks are long.
    """
    hits: list[Finding] = []
    for table in ("time_bands", "rates", *(("rate_cards",) if cards else ())):
        hits += table_findings(con, table, relation(table), may_have_gaps=True)
    return hits[:MOST_FINDINGS]


def unknown(con: duckdb.DuckDBPyConnection, reference: Reference) -> list[Finding]:
    """Return the values of a reference that its target does not know."""
    table, column, target, target_column, specials = reference
    listed = ", ".join(f"'{value}'" for value in specials) or "''"
    rule = f"""
        select [min(record_no)], '{column} ''' || value || ''' is unknown', 'a row of {target}'
        from (
            select record_no, trim(unnest(string_split("{column}", ';'))) as value
            from {{rows}} where "{column}" is not null and "{column}" not in ({listed})
        )
        where value not in (select "{target_column}" from {relation(target)})
        group by value order by 1
    """
    return found(con, table, relation(table), rule)
