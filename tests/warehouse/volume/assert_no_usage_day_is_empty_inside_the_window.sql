-- A day without an event between the first and the last is a feed that stopped, not a quiet day.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_rating__usage_days'}}}) }}

with

usage_days as (
    select usage_date from {{ ref('int_rating__usage_days') }}
    group by usage_date
),

data_window as (
    select
        data_from_on,
        data_to_on
    from {{ ref('int_assurance__data_window') }}
    where data_from_on is not null
),

days as (
    select cast(unnest(generate_series(data_from_on, data_to_on, interval 1 day)) as date) as day
    from data_window
)

select days.day
from days
left join usage_days
    on days.day = usage_days.usage_date
where usage_days.usage_date is null
