"""Which time band holds when: every kind of day, every band start, as one relation.

What belongs here: the calendar the gate looks at. What is refused is decided in `gate`.
"""

from typing import Final

# A week for sets without date parts. The other sets need every date of 28 years, after which
# leap years and weekdays repeat, and the years they name.
_WEEK: Final = "range(timestamp '2001-01-01', timestamp '2001-01-08', interval 1 day)"
_CYCLE: Final = "range(timestamp '2000-01-01', timestamp '2028-01-01', interval 1 day)"

_PARSED: Final = """
    select
        band_set_id, band_id, weight, record_no,
        cast(epoch(cast(starts_at as time)) as integer) as start_s,
        case when years <> '*any' then cast(string_split(years, ';') as integer[]) end as years,
        case when months <> '*any' then cast(string_split(months, ';') as integer[]) end as months,
        case when month_days <> '*any'
            then cast(string_split(month_days, ';') as integer[]) end as month_days,
        case when weekdays <> '*any'
            then cast(string_split(weekdays, ';') as integer[]) end as weekdays,
        holiday = 'yes' as is_holiday_only, coalesce(holiday_calendar_id, '*any') as calendar_id
    from {bands}
"""


def moments(bands: str) -> str:
    """Return SQL giving every kind of moment of every band set.

    Args:
        bands: relation with the columns of `time_bands` and `record_no`.

    Returns:
        SQL with band_set_id, day (a date of that kind), calendar_id (of a holiday, null on other
        days), start_s (seconds of the local day), winners (rows that hold: record_no and band_id;
        more than one when weight and start are equal, none when nothing covers the moment), and
        winner_start_s.
    """
    return f"""
    with
    bands as ({_PARSED.format(bands=bands)}),
    sets as (
        select
            band_set_id,
            bool_or(coalesce(years, months, month_days) is not null) as is_dated
        from bands group by band_set_id
    ),
    named_years as (select distinct band_set_id, unnest(years) as year from bands),
    days as (
        select band_set_id, cast(unnest({_WEEK}) as date) as day, cast(null as integer) as year
        from sets where not is_dated
        union all
        select band_set_id, cast(unnest({_CYCLE}) as date), null from sets where is_dated
        union all
        select
            band_set_id,
            cast(unnest(range(
                make_timestamp(year, 1, 1, 0, 0, 0), make_timestamp(year + 1, 1, 1, 0, 0, 0),
                interval 1 day
            )) as date),
            year
        from named_years
    ),
    holidays as (
        select band_set_id, cast(null as varchar) as calendar_id from sets
        union
        select band_set_id, calendar_id from bands where is_holiday_only
    ),
    starts as (
        select band_set_id, 0 as start_s from sets
        union
        select band_set_id, start_s from bands
    ),
    moments as (
        select days.band_set_id, days.day, days.year, holidays.calendar_id, starts.start_s
        from days
        inner join holidays on days.band_set_id = holidays.band_set_id
        inner join starts on days.band_set_id = starts.band_set_id
    ),
    fitting as (
        select
            moments.band_set_id, moments.day, moments.year, moments.calendar_id, moments.start_s,
            max({{'weight': bands.weight, 'start_s': bands.start_s}}) as best,
            list({{
                'weight': bands.weight, 'start_s': bands.start_s,
                'record_no': bands.record_no, 'band_id': bands.band_id
            }}) as rows
        from moments
        left join bands
            on
                moments.band_set_id = bands.band_set_id
                and bands.start_s <= moments.start_s
                and (bands.weekdays is null
                    or list_contains(bands.weekdays, isodow(moments.day)))
                and (bands.months is null or list_contains(bands.months, month(moments.day)))
                and (bands.month_days is null or list_contains(bands.month_days, day(moments.day)))
                and (bands.years is null or list_contains(bands.years, moments.year))
                and (
                    not bands.is_holiday_only
                    or bands.calendar_id = moments.calendar_id
                    or bands.calendar_id = '*any' and moments.calendar_id is not null
                )
        group by all
    )
    select
        band_set_id, day, calendar_id, start_s, best.start_s as winner_start_s,
        list_filter(
            rows, lambda r: r.weight = best.weight and r.start_s = best.start_s
        ) as winners
    from fitting
    """
