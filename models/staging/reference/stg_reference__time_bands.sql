-- The newest landed snapshot of time_bands.
with

landed as (
    select
        band_set_id,
        band_id,
        coalesce(years, '*any') as years,
        coalesce(months, '*any') as months,
        coalesce(month_days, '*any') as month_days,
        coalesce(weekdays, '*any') as weekdays,
        coalesce(holiday, 'no') as holiday,
        holiday_calendar_id,
        starts_at,
        weight,
        time_zone,
        file_id
    from {{ newest_snapshot(source('reference', 'time_bands')) }}
)

select * from landed
