-- I12 for settlement: leg totals and the legs of subscriptions equal the legs themselves.
{{ config(access='private', contract={'enforced': false}) }}

with

legs as (
    select
        period_month as month,
        sum(amount) as amount
    from {{ ref('fct_settlement_legs') }}
    where status = 'rated'
    group by period_month
),

totals as (
    select
        period_month as month,
        sum(exact_amount) as amount
    from {{ ref('int_settlement__totalled') }}
    where status = 'rated'
    group by period_month
),

subscription_legs as (
    select
        cast(date_trunc('month', started_local) as date) as month,
        sum(amount) as amount
    from {{ ref('int_settlement__subscription_legs') }}
    group by all
),

legs_joined as (
    select
        strftime(legs.month, '%Y-%m') as scope_value,
        legs.month,
        legs.amount,
        totals.amount as total_amount,
        subscription_legs.amount as subscription_amount
    from legs
    left join totals
        on legs.month = totals.month
    left join subscription_legs
        on legs.month = subscription_legs.month
),

results as (
    select
        'I12' as control_id,
        'month, leg totals' as scope_kind,
        scope_value,
        month as scope_month,
        cast(amount as decimal(38, 6)) as expected_value,
        cast(total_amount as decimal(38, 6)) as actual_value
    from legs_joined
    union all
    select
        'I12' as control_id,
        'month, legs of subscriptions' as scope_kind,
        scope_value,
        month as scope_month,
        cast(amount as decimal(38, 6)) as expected_value,
        cast(subscription_amount as decimal(38, 6)) as actual_value
    from legs_joined
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
