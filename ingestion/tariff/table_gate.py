"""May this table hold? Keys, validity, tiers, versions, bands, with the offending rows shown.

What belongs here: rules over one table, for landing and for tariff folders alike. Rules over
several tables are in `gate`, those over one value in `readers/table_rules`.
"""

from typing import Final

import duckdb

from ingestion.columns import KEYS, REFERENCE_COLUMNS
from ingestion.tariff.bands import moments
from ingestion.tariff.findings import MOST_FINDINGS, Finding

# Each rule is SQL over the relation {rows}: lines, what is wrong, what was expected.
_TIERS: Final = """
    select [record_no], problem[1], problem[2] from (
        select record_no, case
            when first_start <> 0 and tier_start = first_start then [
                'rate ''' || rate_id || ''' has no tier at 0, its first is at ' || first_start,
                'a row with tier_start 0']
            when increment <= 0 then [
                'increment of rate ''' || rate_id || ''' is ' || increment, 'increment above 0']
            when unit_size <= 0 then [
                'unit_size of rate ''' || rate_id || ''' is ' || unit_size, 'unit_size above 0']
            end as problem
        from (
            select *, min(tier_start) over (partition by rate_id) as first_start
            from {rows}
        )
    ) where problem is not null order by record_no
"""
_DECIMALS: Final = """
    select [record_no], 'rounding_decimals is ' || rounding_decimals, '0 to 6'
    from {rows}
    where rounding_decimals not between 0 and 6 and rounding_mode <> 'none'
    order by record_no
"""
_BAND_WITHOUT_SET: Final = """
    select [record_no], 'band ''' || band_id || ''' stands without band_set_id', 'its band set'
    from {rows} where band_id <> '*any' and band_set_id is null order by record_no
"""


def equal_cards(having: str, among: str = "true") -> str:
    """Return SQL whose last CTE `pairs` has the pairs of card rows with one weight at one time.

    Args:
        having: of the rows of one card, direction, origin, destination and weight: whether they
            are worth pairing; large decks have few that are.
        among: which rows count.

    Returns:
        `with ... pairs as (...)`, each pair as the rows `one` and `other`; {rows} is still open.
    """
    return f"""
    with suspects as (
        select rate_card_id, direction, origin_zone, destination_id, weight from {{rows}}
        where {among} group by all having {having}
    ),
    rows as (
        select cards.* from {{rows}} as cards inner join suspects using (
            rate_card_id, direction, origin_zone, destination_id, weight
        ) where {among}
    ),
    pairs as (
        select one, other from rows as one inner join rows as other on
            one.record_no < other.record_no
            and one.rate_card_id = other.rate_card_id
            and one.direction = other.direction
            and one.origin_zone = other.origin_zone
            and one.destination_id = other.destination_id
            and one.weight = other.weight
            and one.valid_from < other.valid_to and other.valid_from < one.valid_to
            and (
                one.service_type = other.service_type
                or '*any' in (one.service_type, other.service_type)
            )
    )
    """


_DIFFER: Final = """count(*) > 1 and (
    min(band_set_id) is distinct from max(band_set_id)
    or bool_or(service_type = '*any') and min(service_type) <> max(service_type)
)"""
# Rows that differ in band set or in `*any` for the service, yet hold at one moment.
_EQUAL_CARDS: Final = f"""
    {equal_cards(_DIFFER)}
    select [one.record_no, other.record_no],
        'two rows of card ''' || one.rate_card_id || ''' for ''' || one.destination_id
            || ''' have weight ' || one.weight || ' at one time',
        'different weights'
    from pairs
    where
        (one.band_id = '*any' and other.band_id = '*any'
            or one.band_id = other.band_id and one.band_set_id = other.band_set_id)
        -- Two rows with one key are found by the rule on keys.
        and (one.service_type <> other.service_type
            or one.band_set_id is distinct from other.band_set_id)
    order by one.record_no, other.record_no
"""
_GAPS: Final = """
    select [record_no, next_no],
        'plan ''' || plan_id || ''' ends ' || valid_to || ' and goes on ' || next_from,
        'that a version begins where the one before ends'
    from (
        select *, lead(record_no) over versions as next_no, lead(valid_from) over versions as next_from
        from {rows} window versions as (partition by plan_id order by valid_from, record_no)
    ) where next_from > valid_to order by record_no
"""  # noqa: E501 - a window reads best on one line
_CYCLES: Final = """
    with recursive falls as (
        select distinct plan_id, trim(unnest(string_split(fallback_plan_ids, ';'))) as next_id
        from {rows} where fallback_plan_ids is not null
    ),
    reached as (
        select plan_id, next_id from falls
        union
        select reached.plan_id, falls.next_id
        from reached inner join falls on reached.next_id = falls.plan_id
    ),
    loops as (
        select there.plan_id, list_sort(list(distinct there.next_id)) as members
        from reached as there inner join reached as back
            on there.next_id = back.plan_id and there.plan_id = back.next_id
        group by there.plan_id
    )
    select list_sort(list(plans.record_no)),
        'plans ' || array_to_string(members, ', ') || ' fall back on each other',
        'fallbacks that end'
    from (select distinct members from loops)
    inner join {rows} as plans on list_contains(members, plans.plan_id)
    group by members order by 1
"""
_ZONES: Final = """
    select [min(record_no), max(record_no)],
        'band set ''' || band_set_id || ''' has the time zones '
            || string_agg(distinct coalesce(time_zone, '(none)'), ', '),
        'one time zone for a set'
    from {rows} group by band_set_id
    having count(distinct coalesce(time_zone, '')) > 1 order by 1
"""
_UNKNOWN_ZONES: Final = """
    select [min(record_no)], 'time_zone is ''' || time_zone || '''', 'a name such as Europe/Madrid'
    from {rows}
    where time_zone is not null and time_zone not in (select name from pg_timezone_names())
    group by time_zone order by 1
"""
_UNCOVERED: Final = """
    with first_moments as (
        select band_set_id, min((day, start_s)) as moment from band_moments
        where len(winners) = 0 group by band_set_id
    )
    select list(record_no order by record_no)[:2],
        'nothing of band set ''' || band_set_id || ''' holds on ' || dayname(moment[1]) || ' '
            || strftime(moment[1], '%d %B') || ' at ' || strftime(
                timestamp '2000-01-01' + to_seconds(moment[2]), '%H:%M'),
        'a band for every moment'
    from first_moments inner join {rows} as bands using (band_set_id)
    group by band_set_id, moment order by 1
"""
_EQUAL_BANDS: Final = """
    select distinct on (lines) lines,
        'bands ' || array_to_string(names, ' and ') || ' of set ''' || band_set_id
            || ''' hold at once with one weight and start',
        'different weights or starts'
    from (
        select band_set_id,
            list_sort(list_transform(winners, lambda w: w.record_no))[:2] as lines,
            list_sort(list_distinct(list_transform(winners, lambda w: w.band_id))) as names
        from band_moments where len(winners) > 1
    ) where len(names) > 1 order by lines
"""
_TWO_REASONS: Final = """
    select [record_no],
        'access_point ' || access_point || ' and destination_id ' || destination_id || ' are set',
        'that one of them is *any'
    from {rows} where access_point <> '*any' and destination_id <> '*any' order by record_no
"""
_COMMITMENT: Final = """
    select [record_no], 'commitment_amount is ' || commitment_amount, '0 to 999999999.99'
    from {rows} where commitment_amount not between 0 and 999999999.99 order by record_no
"""
_NO_AMOUNT: Final = """
    select [record_no], 'amount_per_sdr is ' || amount_per_sdr, 'an amount above 0'
    from {rows} where amount_per_sdr <= 0 order by record_no
"""
_BELOW_ZERO: Final = """
    select [record_no], 'amount_eur is ' || amount_eur, '0 or more'
    from {rows} where amount_eur < 0 order by record_no
"""

_RULES: Final[dict[str, tuple[str, ...]]] = {
    "rates": (_TIERS,),
    "rate_cards": (_DECIMALS, _BAND_WITHOUT_SET, _EQUAL_CARDS),
    "plans": (_GAPS, _CYCLES),
    "time_bands": (_ZONES, _UNKNOWN_ZONES, _UNCOVERED, _EQUAL_BANDS),
    "zero_rated": (_TWO_REASONS,),
    "minimum_commitments": (_COMMITMENT,),
    "sdr_basket": (_NO_AMOUNT,),
    "regulated_rates": (_BELOW_ZERO,),
}


def table_findings(
    con: duckdb.DuckDBPyConnection,
    table: str,
    rows: str,
    *,
    may_have_gaps: bool = False,
) -> list[Finding]:
    """Return what is wrong with a table, at most MOST_FINDINGS per rule.

    Args:
        con: where the relation is; a temporary table `band_moments` is made for time bands.
        table: name of a reference table.
        rows: relation with its typed columns and `record_no`; an open validity is null or given.
        may_have_gaps: whether a band set may leave moments of the week uncovered.
    """
    if "valid_from" in REFERENCE_COLUMNS[table]:
        rows = (
            "(select * replace (coalesce(valid_from, date '1900-01-01') as valid_from, "
            f"coalesce(valid_to, date '9999-12-31') as valid_to) from {rows})"
        )
    if table == "time_bands":
        con.execute(f"create or replace temp table band_moments as {moments(rows)}")
    rules = [_twice(table), *_RULES.get(table, ())]
    if "valid_from" in REFERENCE_COLUMNS[table]:
        rules.insert(0, _BACKWARD)
    return [
        finding
        for rule in rules
        if not (may_have_gaps and rule is _UNCOVERED)
        for finding in found(con, table, rows, rule)
    ]


def found(con: duckdb.DuckDBPyConnection, table: str, rows: str, rule: str) -> list[Finding]:
    """Return what `rule` (SQL giving lines, what, expected over {rows}) finds in a relation."""
    hits = con.execute(f"{rule.format(rows=rows)} limit {MOST_FINDINGS}").fetchall()
    if not hits:
        return []
    shown = _shown(con, table, rows, sorted({line for lines, _, _ in hits for line in lines}))
    return [
        Finding(table, tuple(lines), what, expected, tuple(shown[line] for line in lines))
        for lines, what, expected in hits
    ]


def _shown(
    con: duckdb.DuckDBPyConnection, table: str, rows: str, lines: list[int]
) -> dict[int, str]:
    names = REFERENCE_COLUMNS.get(table) or [
        name[0] for name in con.execute(f"select * from {rows} limit 0").description
    ]
    columns = ", ".join(f"""'{name}=' || "{name}" """.strip() for name in names)
    return dict(
        con.execute(
            f"select record_no, concat_ws(', ', {columns}) from {rows} "
            "where list_contains(?, record_no)",
            [lines],
        ).fetchall()
    )


_BACKWARD: Final = """
    select [record_no], 'valid_to ' || valid_to || ' is not after valid_from ' || valid_from,
        'an end after the start'
    from {rows} where valid_to <= valid_from order by record_no
"""


def _twice(table: str) -> str:
    """Return the rule that a key occurs once, or once at a time where rows have a validity."""
    key = ", ".join(f'"{name}"' for name in KEYS[table])
    has_validity = "valid_from" in REFERENCE_COLUMNS[table]
    begins = "valid_from" if has_validity else "date '1900-01-01'"
    ends = "valid_to" if has_validity else "date '9999-12-31'"
    # Only rows whose key is there again are sorted: large decks have none.
    suspects = f"select hash({key}) from {{rows}} group by all having count(*) > 1"
    what = f"concat_ws('/', {key}) || "
    if has_validity:
        what += "' is valid from ' || begins || ' to ' || ends || ' and again from ' || next_begins"
        expected = "'that the first ends where the second begins'"
    else:
        what, expected = what + "' stands there twice'", "'a key once'"
    return (
        f"select [record_no, next_no], {what}, {expected} from ("
        f"select *, {begins} as begins, {ends} as ends, lead(record_no) over same as next_no, "
        f"lead({begins}) over same as next_begins from {{rows}} "
        f"where hash({key}) in ({suspects}) "
        f"window same as (partition by {key} order by {begins}, record_no)) "
        "where next_begins < ends order by record_no"
    )
