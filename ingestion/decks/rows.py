"""Rows of a deck, typed: prices, dates, increments, and one row per prefix.

What belongs here: what a single row says and why it cannot be read. Rows that contradict each
other are the matter of `gate`.
"""

from typing import Final

import duckdb

from ingestion.decks.profile import COLUMNS, INCREMENT, DeckProfile
from ingestion.sql_text import quoted

MOST_CODES: Final = 20_000  # of one row; a range of more is a slip of the pen
_FIRST: Final = "date '1900-01-01'"
_OPEN: Final = "date '9999-12-31'"
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]00:00(:00(\.0+)?)?)?"
_CODE: Final = "[0-9]{1,18}"
_CODES: Final = rf"{_CODE}(\s*-\s*{_CODE})?(\s*[,;]\s*{_CODE}(\s*-\s*{_CODE})?)*[,;]?"
_ITEMS: Final = "string_split_regex(rtrim({codes}, ',; '), '\\s*[,;]\\s*')"
# Whether the item `i` is a range that counts up, within numbers of one length.
_RANGE: Final = (
    "(length(regexp_extract(i, '^[0-9]+')) = length(regexp_extract(i, '[0-9]+$')) "
    "and cast(regexp_extract(i, '[0-9]+$') as bigint) "
    "- cast(regexp_extract(i, '^[0-9]+') as bigint) "
    f"between 0 and {MOST_CODES})"
)
# Of a name as an identifier: one spelling, and none of the separators of lists.
_PLAIN_NAME: Final = "upper(replace(destination_name, ';', ','))"
_TERMS: Final = (
    "record_no, destination_name, unit_price, setup_fee, first_increment, increment, band_id, "
    "starts, ends, note, is_closed"
)

EXPECTED: Final = {
    "missing": "a value",
    "bad_type": "a number",
    "bad_scale": "six decimals at most",
    "out_of_range": "less than a million million",
    "bad_time": "a date",
    "bad_code": "units such as 60/60",
    "bad_identifier": "digits, lists and ranges such as 20,21,22-25",
}


def type_rows(con: duckdb.DuckDBPyConnection, profile: DeckProfile) -> tuple[int, int]:
    """Create `deck_rows` and `deck_prices` from `deck_text`.

    Args:
        con: has `deck_text`; gets `deck_rows` (one row per readable row) and `deck_bad`
            (record_no, reason_code, detail, raw_line), and `deck_prices`: one row per prefix or
            destination and band: record_no, code (what is unique in a deck), prefix,
            destination_name, destination_id, band_id, unit_price, setup_fee, first_increment,
            increment, rate_id, starts (null: as soon as activated), ends, note, is_closed.
        profile: the sender's dialect.

    Returns:
        The numbers of readable and of unreadable rows.
    """
    con.execute("create or replace temp table deck_judged as " + _judged(profile))
    con.execute(
        "create or replace temp view deck_bad as select record_no, "
        "split_part(verdict, ':', 1) as reason_code, "
        f"concat(split_part(verdict, ':', 2), ' is ''', left(bad_value, 60), ''', expected ', "
        f"{_expected()}) as detail, raw_line "
        "from deck_judged inner join deck_text using (record_no) where verdict is not null"
    )
    con.execute(
        "create or replace temp view deck_rows as select * exclude (verdict, bad_value) "
        "from deck_judged where verdict is null"
    )
    con.execute("create or replace temp table deck_coded as " + _coded(profile))
    con.execute("create or replace temp table deck_prices as " + _filled(profile))
    good, bad = con.execute(
        "select count_if(verdict is null), count_if(verdict is not null) from deck_judged"
    ).fetchall()[0]
    return good, bad


def _expected() -> str:
    arms = " ".join(f"when '{code}' then '{text}'" for code, text in EXPECTED.items())
    return f"case split_part(verdict, ':', 1) {arms} end"


def _amount(column: str, profile: DeckProfile) -> str:
    """Return SQL for an amount with all its decimals; rounded only where `_scale` objects."""
    amount = f"try_cast({_point(column, profile)} as decimal(18, 6))"
    shift = profile.price_decimals
    return amount if not shift else f"{amount} * cast('{10**-shift:.{shift}f}' as decimal(10, 9))"


def _point(column: str, profile: DeckProfile) -> str:
    return f"replace({column}_, ',', '.')" if profile.decimal == "," else f"{column}_"


def _scale(column: str, profile: DeckProfile) -> str:
    """Return SQL for whether an amount has more decimals than an amount may have."""
    too_fine = f"length(rtrim(split_part({_point(column, profile)}, '.', 2), '0')) > 6"
    return too_fine if not profile.price_decimals else f"{too_fine} or wide_{column} <> {column}"


def _date(column: str, profile: DeckProfile) -> str:
    return (
        f"case when regexp_full_match({column}_, '{_DATE}') "
        f"then try_cast(left({column}_, 10) as date) "
        f"else cast(try_strptime({column}_, '{quoted(profile.date_format)}') as date) end"
    )


def _judged(profile: DeckProfile) -> str:
    end = _date("valid_to", profile)
    if profile.end_date == "last_day":
        end = f"cast({end} + interval 1 day as date)"
    notes = ", ".join(f"'{quoted(note.casefold())}'" for note in profile.closed_notes) or "null"
    steps = f"coalesce(increment_, '{profile.increment}')"
    has_name = "destination" in profile.columns
    name = (
        r"regexp_replace(destination_, '\s+', ' ', 'g')"
        if has_name
        else "concat(country_code_, codes_)"
    )
    values = " ".join(f"when '{column}' then {column}_" for column in COLUMNS)
    return f"""
        select record_no, ltrim(coalesce(country_code_, ''), '+') as country_code,
            coalesce(codes_, '') as codes, {name} as destination_name, price as unit_price,
            setup_fee, first_increment, increment, band_id, starts, ends, note, is_closed, verdict,
            coalesce(case split_part(verdict, ':', 2) {values} end, '') as bad_value
        from (
            select *, coalesce(
                case {_code_arms(profile)} end, case {_value_arms(profile, steps)} end
            ) as verdict
            from (
                select *, cast(wide_price as decimal(18, 6)) as price,
                    coalesce(cast(wide_setup_fee as decimal(18, 6)), 0) as setup_fee,
                    try_cast(regexp_extract({steps}, '^[0-9]+') as bigint) as first_increment,
                    try_cast(regexp_extract({steps}, '[0-9]+$') as bigint) as increment
                from (
                    select *, {_amount("price", profile)} as wide_price,
                        {_amount("setup_fee", profile)} as wide_setup_fee,
                        coalesce(band_, '*any') as band_id,
                        {_date("valid_from", profile)} as starts, {end} as ends, note_ as note,
                        coalesce(lower(note_) in ({notes}), false) as is_closed
                    from deck_text
                )
            )
        )
    """


def _code_arms(profile: DeckProfile) -> str:
    """Return the arms of a CASE that gives `reason:column` of the first rule its codes break."""
    if profile.destinations == "known":
        return "when destination_ is null then 'missing:destination'"
    numbers = "list_transform(regexp_extract_all(codes_, '[0-9]+'), lambda c: length(c))"
    arms = [
        "when country_code_ is null and codes_ is null then 'missing:codes'",
        f"when not regexp_full_match(country_code_, '\\+?{_CODE}') "
        "then 'bad_identifier:country_code'",
        # One plain code is what most rows have; lists and ranges need a closer look.
        "when regexp_full_match(codes_, '[0-9]+') then case "
        "when length(concat(country_code_, codes_)) > 18 then 'bad_identifier:codes' end",
        f"when not regexp_full_match(codes_, '{_CODES}') then 'bad_identifier:codes'",
        f"when length(coalesce(country_code_, '')) + coalesce(list_max({numbers}), 0) > 18 "
        "then 'bad_identifier:codes'",
        f"when contains(codes_, '-') and len(list_filter({_ITEMS.format(codes='codes_')}, "
        f"lambda i: contains(i, '-') and not {_RANGE})) > 0 then 'bad_identifier:codes'",
    ]
    return " ".join(arms)


def _value_arms(profile: DeckProfile, steps: str) -> str:
    """Return the arms of a CASE that gives `reason:column` of the first rule its values break."""
    arms = []
    if "destination" in profile.columns:
        arms.append("when destination_ is null then 'missing:destination'")
    arms.append("when price_ is null and not is_closed then 'missing:price'")
    for column in ("price", "setup_fee"):
        arms += [
            f"when {column}_ is not null and wide_{column} is null then case when "
            f"regexp_full_match({column}_, '-?[0-9]{{13,}}.*') then 'out_of_range:{column}' "
            f"else 'bad_type:{column}' end",
            f"when {_scale(column, profile)} then 'bad_scale:{column}'",
        ]
    arms += [
        f"when not regexp_full_match({steps}, '{INCREMENT}') then 'bad_code:increment'",
        "when valid_from_ is not null and starts is null then 'bad_time:valid_from'",
        "when valid_to_ is not null and ends is null then 'bad_time:valid_to'",
    ]
    return " ".join(arms)


def _coded(profile: DeckProfile) -> str:
    """Return SQL for one row per prefix; a row of one plain code needs no taking apart."""
    if profile.destinations == "known":
        return f"select {_TERMS}, cast(null as varchar) as prefix from deck_rows"
    return f"""
        with items as (
            select *, unnest({_ITEMS.format(codes="codes")}) as item
            from deck_rows where not regexp_full_match(codes, '[0-9]*')
        ),
        bounds as (
            select *, regexp_extract(item, '^[0-9]+') as low,
                regexp_extract(item, '[0-9]+$') as high
            from items
        ),
        numbers as (
            select *, unnest(range(cast(low as bigint), cast(high as bigint) + 1)) as number
            from bounds
        )
        select {_TERMS}, country_code || codes as prefix
        from deck_rows where regexp_full_match(codes, '[0-9]*')
        union all
        select {_TERMS}, country_code
            || lpad(cast(number as varchar), cast(length(low) as integer), '0')
        from numbers
    """


def _filled(profile: DeckProfile) -> str:
    """Return SQL for `deck_prices`: an open end is where the next row of the code begins."""
    own = f"'{quoted(profile.namespace)}' || "
    if profile.destinations == "known":
        destination = "coalesce(by_id.destination_id, by_name.destination_id, "
        destination += "case when destination_name = '*any' then '*any' end)"
        source = """deck_coded
            left join live_destinations as by_id
                on deck_coded.destination_name = by_id.destination_id
            left join (
                select lower(name) as name, min(destination_id) as destination_id
                from live_destinations group by lower(name)
            ) as by_name on lower(deck_coded.destination_name) = by_name.name"""
    elif profile.price_per == "prefix":
        destination, source = f"{own}prefix", "deck_coded"
    else:
        destination, source = f"{own}{_PLAIN_NAME}", "deck_coded"
    return f"""
        with named as (
            select deck_coded.*, {destination} as destination_id,
                coalesce(prefix, {destination}, destination_name) as code
            from {source}
        ),
        several as (
            select code, band_id from named group by code, band_id having count(*) > 1
        ),
        followed as (
            select named.*, coalesce(ends, lead(starts) over (
                partition by named.code, named.band_id
                order by coalesce(starts, {_FIRST}), record_no
            )) as until
            from named inner join several using (code, band_id)
            union all
            select named.*, ends from named anti join several using (code, band_id)
        )
        select * exclude (ends, until), least(coalesce(until, {_OPEN}), {_OPEN}) as ends,
            concat('{quoted(profile.card_id)}:',
                rtrim(rtrim(cast(unit_price as varchar), '0'), '.'),
                '/{profile.unit_size}@', first_increment, '/', increment,
                case when setup_fee <> 0
                    then '+' || rtrim(rtrim(cast(setup_fee as varchar), '0'), '.') else '' end
            ) as rate_id
        from followed
    """
