-- One row per subscription, service, destination kind, tax class and local month of billable usage.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='month',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false,
    tags=['record_grain'],
    access='protected',
    contract={'enforced': false}
) }}

with

usage_days as (
    select
        usage_date,
        {{ month_of('usage_date') }} as month,
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        service_type,
        coalesce(destination_kind, '*any') as destination_kind,
        tax_class,
        currency,
        events,
        quantity,
        charged_quantity,
        free_quantity,
        charge_amount
    from {{ ref('int_rating__usage_days') }}
    where status = 'rated' and is_billable
),

-- The plan shown is the last one used in the month; it takes no part in the sum.
summed as (
    select
        subscription_id,
        account_id,
        customer_id,
        month,
        service_type,
        destination_kind,
        tax_class,
        currency,
        arg_max(plan_id, (usage_date, plan_id)) as plan_id,
        cast(sum(events) as bigint) as events,
        cast(sum(quantity) as bigint) as quantity,
        cast(sum(charged_quantity) as bigint) as charged_quantity,
        cast(sum(free_quantity) as bigint) as free_quantity,
        cast(sum(charge_amount) as decimal(18, 6)) as exact_amount
    from usage_days
    group by
        subscription_id, account_id, customer_id, month, service_type, destination_kind,
        tax_class, currency
),

-- Half-up once per line; what rounding moved stays on the line.
rounded as (
    select
        summed.*,
        cast(
            {{ function('rounded_amount') }}(summed.exact_amount, 2, 'half_up') as decimal(18, 2)
        ) as net_amount,
        summed.quantity > 0 or summed.exact_amount > 0 as is_shown
    from summed
)

select * from rounded
