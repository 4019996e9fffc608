-- RR04: what was closed stands, charge by charge and bill by bill. RR05: what re-rating would
-- change. The scope `all` is there before any month is closed.
{{ config(access='private', contract={'enforced': false}) }}

with

closes as (
    select
        month,
        charge_amount,
        total_amount,
        due_events
    from {{ ref('fct_closed_months') }}
),

charged as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        sum(charge_amount) as amount
    from {{ ref('int_rating__usage_days') }}
    group by all
),

billed as (
    select
        bill_month as month,
        sum(total_amount) as amount
    from {{ ref('fct_bills') }}
    group by bill_month
),

results as (
    select
        'RR04' as control_id,
        'month, charges' as scope_kind,
        strftime(closes.month, '%Y-%m') as scope_value,
        closes.month as scope_month,
        cast(closes.charge_amount as decimal(38, 6)) as expected_value,
        cast(coalesce(charged.amount, 0) as decimal(38, 6)) as actual_value
    from closes
    left join charged on closes.month = charged.month
    union all
    select
        'RR04' as control_id,
        'month, bills' as scope_kind,
        strftime(closes.month, '%Y-%m') as scope_value,
        closes.month as scope_month,
        cast(closes.total_amount as decimal(38, 6)) as expected_value,
        cast(coalesce(billed.amount, 0) as decimal(38, 6)) as actual_value
    from closes
    left join billed on closes.month = billed.month
    union all
    select
        'RR04' as control_id,
        'all, months' as scope_kind,
        'all' as scope_value,
        cast(null as date) as scope_month,
        cast(count(*) as decimal(38, 6)) as expected_value,
        cast(count(distinct month) as decimal(38, 6)) as actual_value
    from closes
    union all
    select
        'RR05' as control_id,
        'month, events' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(0 as decimal(38, 6)) as expected_value,
        cast(due_events as decimal(38, 6)) as actual_value
    from closes
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    expected_value,
    actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
