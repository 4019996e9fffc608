-- The calendar every local day belongs to. A holiday of any calendar is a holiday.
with

days as (
    select cast(series.day as date) as date
    from
        generate_series(
            cast('{{ var("calendar_from") }}' as timestamp),
            cast('{{ var("calendar_to") }}' as timestamp),
            interval 1 day
        ) as series (day)
),

holidays as (
    select
        date,
        min(name) as holiday_name
    from {{ ref('stg_reference__holidays') }}
    group by date
),

dates as (
    select
        days.date,
        {{ month_of('days.date') }} as month,
        {{ iso_weekday('days.date') }} as iso_weekday,
        holidays.date is not null as is_holiday,
        holidays.holiday_name
    from days
    left join holidays on days.date = holidays.date
)

select * from dates
