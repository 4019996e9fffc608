-- I12 for customers: revenue of customer months equals fees, rated usage and interconnect.
{{ config(access='private', contract={'enforced': false}) }}

with

customer_months as (
    select
        month,
        sum(recurring_amount) as recurring_amount,
        sum(usage_amount) as usage_amount,
        sum(interconnect_in_amount) as interconnect_in_amount,
        sum(service_revenue_amount) as service_revenue_amount
    from {{ ref('fct_customer_months') }}
    group by month
),

fees as (
    select
        month,
        sum(net_amount) as amount
    from {{ ref('int_billing__fees') }}
    group by month
),

shortfalls as (
    select
        bill_month as month,
        sum(net_amount) as amount
    from {{ ref('fct_bill_lines') }}
    where line_kind = 'commitment'
    group by bill_month
),

rated as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        sum(charge_amount) as amount
    from {{ ref('int_rating__usage_days') }}
    where status = 'rated'
    group by all
),

interconnect as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        sum(in_amount_eur) as amount
    from {{ ref('int_settlement__subscription_days') }}
    where subscription_id is not null
    group by all
),

joined as (
    select
        customer_months.*,
        strftime(customer_months.month, '%Y-%m') as scope_value,
        coalesce(fees.amount, 0) as fee_amount,
        coalesce(shortfalls.amount, 0) as shortfall_amount,
        coalesce(rated.amount, 0) as rated_amount,
        coalesce(interconnect.amount, 0) as interconnect_amount
    from customer_months
    left join fees
        on customer_months.month = fees.month
    left join shortfalls
        on customer_months.month = shortfalls.month
    left join rated
        on customer_months.month = rated.month
    left join interconnect
        on customer_months.month = interconnect.month
),

results as (
    select
        'I12' as control_id,
        'month, recurring revenue' as scope_kind,
        scope_value,
        month as scope_month,
        cast(fee_amount as decimal(38, 6)) as expected_value,
        cast(recurring_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'I12' as control_id,
        'month, usage revenue' as scope_kind,
        scope_value,
        month as scope_month,
        cast(rated_amount as decimal(38, 6)) as expected_value,
        cast(usage_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'I12' as control_id,
        'month, interconnect revenue' as scope_kind,
        scope_value,
        month as scope_month,
        cast(interconnect_amount as decimal(38, 6)) as expected_value,
        cast(interconnect_in_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'I12' as control_id,
        'month, service revenue' as scope_kind,
        scope_value,
        month as scope_month,
        cast(
            fee_amount + shortfall_amount + rated_amount + interconnect_amount as decimal(38, 6)
        ) as expected_value,
        cast(service_revenue_amount as decimal(38, 6)) as actual_value
    from joined
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
