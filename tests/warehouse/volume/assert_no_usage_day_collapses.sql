-- Less than a fifth of the same weekday's median over the eight weeks before: the bounds by which
-- the landing judges the records of each feed (suite `volume`), here for events of all feeds.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_rating__usage_days'}}}) }}

with

days as (
    select
        usage_date,
        sum(events) as events
    from {{ ref('int_rating__usage_days') }}
    group by usage_date
),

compared as (
    select
        days.usage_date,
        days.events,
        median(before.events) as usual_events
    from days
    inner join days as before
        on
            days.usage_date - 56 <= before.usage_date
            and days.usage_date > before.usage_date
            and isodow(days.usage_date) = isodow(before.usage_date)
    group by days.usage_date, days.events
    having count(*) >= 3
)

select * from compared
where events < usual_events * {{ var('volume_floor') }}
