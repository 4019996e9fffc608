"""What the rows of a CGRateS tariff plan mean, as SQL from its files to our tables.

What belongs here: rates, cards, band sets, prefixes. Who has which plan is in `cgrates_profiles`,
the order of the import in `cgrates`.
"""

from typing import Final

import duckdb

from ingestion.columns import REFERENCE_COLUMNS
from ingestion.tariff.tables import FIRST_DATE, OPEN_DATE, REQUIRED, relation

_VALIDITY: Final = f"{FIRST_DATE} as valid_from, {OPEN_DATE} as valid_to"

_SECONDS: Final = """
    create or replace temp macro cg_units(text, nothing) as case
        when text is null then nothing
        when text not similar to '.*[hms]' then cast(text as bigint)
        else 3600 * coalesce(try_cast(regexp_extract(text, '([0-9]+)h', 1) as bigint), 0)
            + 60 * coalesce(try_cast(regexp_extract(text, '([0-9]+)m', 1) as bigint), 0)
            + coalesce(try_cast(regexp_extract(text, '([0-9]+)s', 1) as bigint), 0)
        end
"""
# A price with more decimals than ours becomes exact as the price of more units. The tiers of a
# rate share one unit_size: the least that holds the unit of each a whole number of times.
_RATES: Final = """
    create table stg_reference__rates as
    with parsed as (
        select
            line, id, cg_units(group_start, 0) as tier_start,
            cg_units(rate_unit, 1) as unit, cg_units(rate_increment, 1) as increment,
            split_part(rate, '.', 1) as whole, rtrim(split_part(rate, '.', 2), '0') as fraction,
            coalesce(first_value(connect_fee) over (partition by id order by line), '0') as fee
        from cg_Rates
    ),
    scaled as (
        select *, greatest(max(length(fraction)) over (partition by id) - 6, 0) as digits
        from parsed
    ),
    sized as (
        select *, unit * cast(pow(10, digits) as bigint) as size,
            cast(
                concat(whole, rpad(fraction, cast(6 + digits as integer), '0')) as hugeint
            ) as millionths
        from scaled
    ),
    common as (
        select *, list_reduce(
            list(greatest(size, 1)) over (partition by id), lambda one, other: lcm(one, other)
        ) as unit_size
        from sized
    ),
    priced as (
        select *, millionths * (unit_size // greatest(size, 1)) as scaled_price from common
    )
    select
        row_number() over (order by line) as record_no, line as source_line, id as rate_id,
        tier_start,
        try_cast(concat(
            scaled_price // 1000000, '.', lpad(cast(scaled_price % 1000000 as varchar), 6, '0')
        ) as decimal(18, 6)) as unit_price,
        case when size > 0 then unit_size else size end as unit_size,
        increment,
        case when tier_start = min(tier_start) over (partition by id)
            then cast(fee as decimal(18, 6)) else 0 end as setup_fee,
        cast(0 as decimal(18, 6)) as minimum_charge
    from priced
"""
# Weights only order: fractions of them become ranks.
_MEMBERS: Final = """
    create temp table cg_members as
    select
        plan_id, destination_rates_id, timing_tag,
        case when bool_and(weight % 1 = 0) over ()
            then cast(weight as integer) else dense_rank() over (order by weight) end as weight,
        dense_rank() over (order by timing_tag, weight) as combination
    from (
        select distinct id as plan_id, destination_rates_id, timing_tag,
            cast(weight as decimal(18, 6)) as weight
        from cg_RatingPlans
    )
"""
# The timings of a plan's destination are a band set; sets are named by what they hold. `is_twice`
# tells whether one timing with one weight prices a destination twice.
_COMBINED: Final = """
    create temp table cg_combined as
    select plan_id, destination_id,
        bitstring_agg(combination, 1, {last}) as combinations,
        count(*) > bit_count(combinations) as is_twice
    from cg_DestinationRates as rates
    inner join cg_members as members on rates.id = members.destination_rates_id
    group by all
"""
_SETS: Final = """
    create temp table cg_sets as
    select combinations, members, array_to_string(
        list_transform(members, lambda m: m.timing || '@' || m.weight), ';') as band_set_id
    from (
        select combinations, list({'timing': timing_tag, 'weight': weight}
            order by weight desc, timing_tag) as members
        from (select distinct combinations from cg_combined) as sets
        inner join (select distinct combination, timing_tag, weight from cg_members) as members
            on get_bit(combinations, cast(combination - 1 as integer)) = 1
        group by combinations
    )
"""
# Nearly all destinations of a plan have the same timings: only the others are looked up one by
# one, for a join of two long tables would cost more than all the rest.
_USUAL: Final = """
    create temp table cg_usual as
    select members.plan_id, destination_rates_id, timing_tag, weight, usual.combinations
    from cg_members as members
    inner join (
        select plan_id, arg_max(combinations, destinations) as combinations
        from (
            select plan_id, combinations, count(*) as destinations from cg_combined group by all
        ) group by plan_id
    ) as usual on members.plan_id = usual.plan_id;
    create temp table cg_unusual as
    select combined.plan_id, destination_id, combined.combinations
    from cg_combined as combined
    inner join (select distinct plan_id, combinations from cg_usual) as usual
        on combined.plan_id = usual.plan_id and combined.combinations <> usual.combinations;
    create type cg_rounding as enum ('up', 'down', 'half_up', 'none');
    create type cg_policy as enum ('free', 'disconnect')
"""
_CARD_ROWS: Final = """
    create table cg_card_rows as
    select
        rates.line, members.plan_id, rates.destination_id, sets.band_set_id,
        case when timing_tag <> '*any' then timing_tag when len(sets.members) = 1 then '*any'
            else 'always' end as band_id,
        rates_tag, weight,
        cast(case when coalesce(rounding_decimals, '0') = '0' then 'none'
            else case rounding_method when '*up' then 'up' when '*down' then 'down'
                when '*middle' then 'half_up' else 'none' end end as cg_rounding) as rounding_mode,
        case when rounding_mode = 'none' then 12 else cast(rounding_decimals as integer) end
            as rounding_decimals,
        case when max_cost_strategy is not null and cast(max_cost as decimal(18, 6)) > 0
            then cast(max_cost as decimal(18, 6)) end as maximum_charge,
        cast(case when max_cost_strategy = '*disconnect' then 'disconnect' else 'free' end
            as cg_policy) as maximum_charge_policy
    from cg_DestinationRates as rates
    inner join cg_usual as members on rates.id = members.destination_rates_id
    left join cg_unusual as unusual
        on members.plan_id = unusual.plan_id and rates.destination_id = unusual.destination_id
    inner join cg_sets as sets
        on coalesce(unusual.combinations, members.combinations) = sets.combinations
"""
_CARD_VIEW: Final = f"""
    create view stg_reference__rate_cards as
    select
        rowid + 1 as record_no, line as source_line, plan_id as rate_card_id,
        '*any' as service_type, 'out' as direction, '*any' as origin_zone, destination_id,
        band_set_id, band_id, rates_tag as rate_id, weight,
        cast(rounding_mode as varchar) as rounding_mode, rounding_decimals, maximum_charge,
        cast(maximum_charge_policy as varchar) as maximum_charge_policy,
        'started_block' as band_edge_rule,
        {{currency}} as currency, '' as tax_class, {_VALIDITY}
    from cg_card_rows
"""
_BANDS: Final = """
    create table stg_reference__time_bands as
    with timings as (
        select
            line, id, coalesce(years, '*any') as years, coalesce(months, '*any') as months,
            coalesce(month_days, '*any') as month_days,
            array_to_string(list_sort(list_distinct(
                string_split(replace(coalesce(week_days, '*any'), '0', '7'), ';')
            )), ';') as weekdays,
            case when coalesce(time, '*any') = '*any' then '00:00:00'
                else strftime(cast('2000-01-01 ' || time as timestamp), '%H:%M:%S') end as starts_at
        from cg_Timings
        union all
        select null, '*any', '*any', '*any', '*any', '*any', '00:00:00'
    ),
    members as (
        select band_set_id, unnest(members).timing as timing, unnest(members).weight as weight
        from cg_sets
    )
    select
        row_number() over (order by band_set_id, line, weight) as record_no,
        line as source_line, band_set_id,
        case when timing = '*any' then 'always' else timing end as band_id,
        years, months, month_days, weekdays, 'no' as holiday,
        cast(null as varchar) as holiday_calendar_id, starts_at, weight, {zone} as time_zone
    from (
        select distinct members.*, timings.* exclude (id)
        from members inner join timings on members.timing = timings.id
    )
"""
_PREFIXES: Final = f"""
    create table stg_reference__destination_prefixes as
    select min(line) as record_no, min(line) as source_line, id as destination_id,
        ltrim(prefix, '+') as prefix, {_VALIDITY}
    from cg_Destinations group by id, ltrim(prefix, '+')
"""
_DESTINATIONS: Final = """
    create table stg_reference__destinations as
    select min(line) as record_no, id as destination_id, id as name,
        cast(null as varchar) as country, cast(null as varchar) as kind,
        cast(null as varchar) as risk_class
    from cg_Destinations group by id
"""
_PLANS: Final = f"""
    create table stg_reference__plans as
    select
        min(line) as record_no, id as plan_id, id as name, cast(null as varchar) as brand,
        cast(null as varchar) as segment, cast(null as varchar) as payment_kind,
        cast(null as varchar) as service_kind, id as rate_card_id,
        cast(null as varchar) as fallback_plan_ids, 3 as fallback_depth,
        cast(null as decimal(18, 2)) as monthly_fee, cast(null as integer) as contract_months,
        {_VALIDITY}
    from cg_RatingPlans group by id
"""

_FILLED: Final = (
    "destinations", "destination_prefixes", "time_bands", "rates", "rate_cards", "plans",
)  # fmt: skip


def create_tables(con: duckdb.DuckDBPyConnection, time_zone: str, currency: str) -> None:
    """Create every `stg_reference__<table>` from the views of `cgrates_files`.

    Each has `source_line`, the line of the file it came from, beside `record_no`.

    Args:
        con: has the views `cg_<file>`, values and references checked.
        time_zone: of the timings.
        currency: of all amounts.
    """
    zone, money = ("'" + text.replace("'", "''") + "'" for text in (time_zone, currency))
    con.execute(_SECONDS)
    con.execute(_RATES)
    con.execute(_MEMBERS)
    (last,) = con.execute("select coalesce(max(combination), 1) from cg_members").fetchall()[0]
    con.execute(_COMBINED.format(last=last))
    con.execute(_SETS)
    con.execute(_USUAL)
    con.execute(_CARD_ROWS)
    con.execute(_CARD_VIEW.format(currency=money))
    con.execute(_BANDS.format(zone=zone))
    con.execute(_PREFIXES)
    con.execute(_DESTINATIONS)
    con.execute(_PLANS)
    for table in REQUIRED:
        if table not in _FILLED:
            columns = ", ".join(
                f'cast(null as {kind}) as "{name}"'
                for name, kind in REFERENCE_COLUMNS[table].items()
            )
            con.execute(
                f"create table {relation(table)} as "
                f"select cast(null as bigint) as record_no, {columns} where false"
            )
