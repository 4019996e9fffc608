-- The rows of the band sets, with times as seconds of the day and every list filled.
with

time_bands as (
    select
        band_set_id,
        band_id,
        coalesce(years, '*any') as years,
        coalesce(months, '*any') as months,
        coalesce(month_days, '*any') as month_days,
        coalesce(weekdays, '*any') as weekdays,
        coalesce(holiday, 'no') = 'yes' as is_holiday_only,
        holiday_calendar_id,
        cast(split_part(starts_at, ':', 1) as integer) * 3600
        + cast(split_part(starts_at, ':', 2) as integer) * 60
        + cast(coalesce(nullif(split_part(starts_at, ':', 3), ''), '0') as integer) as starts_s,
        weight,
        coalesce(time_zone, '{{ var("time_zone") }}') as time_zone
    from {{ ref('stg_reference__time_bands') }}
)

select * from time_bands
