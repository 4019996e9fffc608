-- One row per line that gives back or asks for what re-rating changed in a closed month. All
-- requests of an open month are one sum, so a request and its undoing leave no line.
{{ config(access='protected', contract={'enforced': false}) }}

with

adjustments as (
    select
        account_id,
        subscription_id,
        plan_id,
        bill_month,
        usage_month,
        usage_id,
        service_type,
        coalesce(destination_kind, '*any') as destination_kind,
        tax_class,
        currency,
        delta_amount
    from {{ ref('stg_rating__adjustments') }}
    where rating_run = 'retail' and is_billable
),

summed as (
    select
        account_id,
        subscription_id,
        bill_month,
        usage_month,
        service_type,
        destination_kind,
        tax_class,
        currency,
        max(plan_id) as plan_id,
        count(distinct usage_id) as events,
        cast(sum(delta_amount) as decimal(18, 6)) as exact_amount
    from adjustments
    group by
        account_id, subscription_id, bill_month, usage_month, service_type, destination_kind,
        tax_class, currency
),

-- The columns and their order are those of the lines it stands among.
adjustment_lines as (
    select
        account_id,
        subscription_id,
        plan_id,
        bill_month as month,
        'adjustment' as line_kind,
        service_type,
        destination_kind,
        tax_class,
        usage_month as period_from,
        last_day(usage_month) + 1 as period_to,
        events,
        0 as quantity,
        0 as charged_quantity,
        0 as free_quantity,
        cast(1 as decimal(18, 6)) as proration_fraction,
        exact_amount,
        cast({{ function('rounded_amount') }}(exact_amount, 2, 'half_up') as decimal(18, 2))
            as net_amount,
        currency
    from summed
    where exact_amount <> 0
)

select * from adjustment_lines
