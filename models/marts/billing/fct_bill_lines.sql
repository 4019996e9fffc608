-- One row per line of a bill: a fee by days, a commitment's shortfall, usage of one service to one
-- kind of destination, or an adjustment of usage billed before. Lines of closed months are those
-- they were closed with.
with

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

fixed_lines as (
    select
        account_id,
        subscription_id,
        plan_id,
        month,
        line_kind,
        cast(null as varchar) as service_type,
        cast(null as varchar) as destination_kind,
        tax_class,
        period_from,
        period_to,
        0 as events,
        days as quantity,
        days as charged_quantity,
        0 as free_quantity,
        proration_fraction,
        exact_amount,
        net_amount,
        currency
    from {{ ref('int_billing__fixed_lines') }}
),

usage_lines as (
    select
        account_id,
        subscription_id,
        plan_id,
        month,
        'usage' as line_kind,
        service_type,
        destination_kind,
        tax_class,
        month as period_from,
        last_day(month) + 1 as period_to,
        events,
        quantity,
        charged_quantity,
        free_quantity,
        cast(1 as decimal(18, 6)) as proration_fraction,
        exact_amount,
        net_amount,
        currency
    from {{ ref('int_billing__usage_lines') }}
    where is_shown
),

lines as (
    select * from fixed_lines
    union all
    select * from usage_lines
    union all
    select * from {{ ref('int_billing__adjustment_lines') }}
),

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

-- A month is billed when its last local day is in the data.
billed as (
    select lines.*
    from lines
    inner join data_to on last_day(lines.month) <= data_to.data_to
    where lines.month not in (select closed_months.month from closed_months)
),

keyed as (
    select
        md5(concat_ws(
            '|', account_id, subscription_id, line_kind, coalesce(service_type, plan_id),
            coalesce(destination_kind, '-'), coalesce(tax_class, '-'), period_from
        )) as bill_line_id,
        account_id || '-' || strftime(month, '%Y%m') as bill_id,
        account_id,
        subscription_id,
        plan_id,
        month as bill_month,
        line_kind,
        service_type,
        destination_kind,
        tax_class,
        period_from,
        period_to,
        cast(events as bigint) as events,
        cast(quantity as bigint) as quantity,
        cast(charged_quantity as bigint) as charged_quantity,
        cast(free_quantity as bigint) as free_quantity,
        proration_fraction,
        exact_amount,
        cast(net_amount - exact_amount as decimal(18, 6)) as rounding_amount,
        net_amount,
        currency
    from billed
)

select * from keyed
union all
select closed.*
from {{ ref('stg_rating__closed_lines') }} as closed
inner join closed_months on closed.bill_month = closed_months.month
