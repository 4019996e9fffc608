"""May this reference table hold? Tiers, keys and validity, with the offending pair shown.

What belongs here: rules over a whole table (contract of the rates, overlaps). Types do not.
"""

from typing import Final

import duckdb

from ingestion.columns import KEYS, REFERENCE_COLUMNS

_TIERS: Final = """
    select rate_id, 'tier_start ' || tier_start || ' (line ' || record_no || ')', case
        when first_start <> 0 then 'the first tier must start at 0'
        when increment <= 0 then 'increment must be above 0'
        when unit_size <= 0 then 'unit_size must be above 0'
        when unit_size <> first_unit_size then 'all tiers of a rate share one unit_size'
        when next_start is not null and (next_start - tier_start) % increment <> 0
            then 'the next tier at ' || next_start || ' is no whole number of increments away'
    end as problem
    from (
        select *, min(tier_start) over rate as first_start,
            first_value(unit_size) over (rate order by tier_start) as first_unit_size,
            lead(tier_start) over (rate order by tier_start) as next_start
        from rows window rate as (partition by rate_id)
    ) where problem is not null order by record_no limit 1
"""


def check_table(con: duckdb.DuckDBPyConnection, table: str) -> str | None:
    """Return what is wrong with the relation `rows` (typed, with record_no), or None."""
    return _twice(con, table) or (_tiers(con) if table == "rates" else None)


def _tiers(con: duckdb.DuckDBPyConnection) -> str | None:
    found = con.execute(_TIERS).fetchone()
    return None if found is None else f"rate {found[0]!r}, {found[1]}: {found[2]}."


def _twice(con: duckdb.DuckDBPyConnection, table: str) -> str | None:
    """Find an interval that ends before it starts, a key that occurs twice, or an overlap."""
    key = KEYS[table]
    has_validity = "valid_from" in REFERENCE_COLUMNS[table]
    begins = "coalesce(valid_from, date '0001-01-01')" if has_validity else "date '0001-01-01'"
    ends = "coalesce(valid_to, date '9999-12-31')" if has_validity else "date '9999-12-31'"
    names = ", ".join(f'"{name}"' for name in key)
    backward = con.execute(
        f"select record_no from rows where {ends} <= {begins} order by 1 limit 1"
    ).fetchone()
    if backward is not None:
        return f"line {backward[0]}: valid_to is not after valid_from."
    found = con.execute(
        f"select concat_ws('/', {names}), record_no, next_no, begins, ends, next_begins from ("
        f"select *, {begins} as begins, {ends} as ends, lead(record_no) over w as next_no, "
        f"lead({begins}) over w as next_begins from rows "
        f"window w as (partition by {names} order by {begins}, record_no)) "
        "where next_begins < ends order by record_no limit 1"
    ).fetchone()
    if found is None:
        return None
    shown, line, next_line, begins_on, ends_on, next_on = found
    if not has_validity:
        return f"{shown} stands on line {line} and again on line {next_line}; a key occurs once."
    return (
        f"{shown} is valid from {begins_on} to {ends_on} (line {line}) and again from {next_on} "
        f"(line {next_line}); end the first where the second begins."
    )
