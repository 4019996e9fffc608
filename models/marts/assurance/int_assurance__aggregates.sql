-- I12 for usage: the daily sums that every mart reads equal the rated events they were made from.
{{ config(access='private', contract={'enforced': false}) }}

with

rated as (
    select
        usage_month as month,
        count(*) as events,
        sum(charge_amount) as amount
    from {{ ref('fct_rated_usage') }}
    where rating_run = 'retail'
    group by usage_month
),

usage_days as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        sum(events) as events,
        sum(charge_amount) as amount
    from {{ ref('int_rating__usage_days') }}
    group by all
),

usage_joined as (
    select
        strftime(coalesce(rated.month, usage_days.month), '%Y-%m') as scope_value,
        coalesce(rated.month, usage_days.month) as month,
        rated.events,
        rated.amount,
        usage_days.events as day_events,
        usage_days.amount as day_amount
    from rated
    full join usage_days
        on rated.month = usage_days.month
),

results as (
    select
        'I12' as control_id,
        'month, usage day events' as scope_kind,
        scope_value,
        month as scope_month,
        cast(events as decimal(38, 6)) as expected_value,
        cast(day_events as decimal(38, 6)) as actual_value
    from usage_joined
    union all
    select
        'I12' as control_id,
        'month, usage day charges' as scope_kind,
        scope_value,
        month as scope_month,
        cast(amount as decimal(38, 6)) as expected_value,
        cast(day_amount as decimal(38, 6)) as actual_value
    from usage_joined
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
