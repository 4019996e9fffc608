-- Band sets spread over the clock: for every kind of day, which band holds from minute to minute.
with

bands as (
    select
        band_set_id,
        band_id,
        time_zone,
        weight,
        weekdays,
        holiday = 'yes' as is_holiday_only,
        cast(split_part(starts_at, ':', 1) as integer) * 60
        + cast(split_part(starts_at, ':', 2) as integer) as starts_at_minute
    from {{ ref('stg_reference__time_bands') }}
),

weekdays as (
    select cast(unnest(range(1, 8)) as integer) as iso_weekday
),

holidays as (
    select unnest([false, true]) as is_holiday
),

day_kinds as (
    select
        weekdays.iso_weekday,
        holidays.is_holiday
    from weekdays
    cross join holidays
),

applicable as (
    select
        bands.*,
        day_kinds.iso_weekday,
        day_kinds.is_holiday
    from bands
    inner join day_kinds
        on
            (
                bands.weekdays = '*any'
                or list_contains(
                    string_split(bands.weekdays, ';'), cast(day_kinds.iso_weekday as varchar)
                )
            )
            and (day_kinds.is_holiday or not bands.is_holiday_only)
),

edges as (
    select
        band_set_id,
        iso_weekday,
        is_holiday,
        starts_at_minute as from_minute
    from applicable
    group by band_set_id, iso_weekday, is_holiday, starts_at_minute
),

spans as (
    select
        *,
        coalesce(
            lead(from_minute) over (
                partition by band_set_id, iso_weekday, is_holiday order by from_minute
            ),
            24 * 60
        ) as to_minute
    from edges
),

-- Highest weight first, then the latest start; the id only breaks a tie the gate refuses anyway.
ranked as (
    select
        spans.band_set_id,
        applicable.time_zone,
        spans.iso_weekday,
        spans.is_holiday,
        spans.from_minute,
        spans.to_minute,
        applicable.band_id,
        row_number() over (
            partition by
                spans.band_set_id, spans.iso_weekday, spans.is_holiday, spans.from_minute
            order by
                applicable.weight desc, applicable.starts_at_minute desc, applicable.band_id asc
        ) as band_rank
    from spans
    inner join applicable
        on
            spans.band_set_id = applicable.band_set_id
            and spans.iso_weekday = applicable.iso_weekday
            and spans.is_holiday = applicable.is_holiday
            and spans.from_minute >= applicable.starts_at_minute
),

time_bands as (
    select
        band_set_id,
        coalesce(time_zone, '{{ var("time_zone") }}') as time_zone,
        iso_weekday,
        is_holiday,
        from_minute,
        to_minute,
        band_id
    from ranked
    where band_rank = 1
)

select * from time_bands
