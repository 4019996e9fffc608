-- One row per bill and tax class: the net sum and its tax, rounded once per bill and class. Those
-- of closed months are as they were closed.
{{ config(access='protected', contract={'enforced': false}) }}

with

lines as (
    select
        bill_id,
        account_id,
        bill_month,
        tax_class,
        currency,
        line_kind,
        net_amount
    from {{ ref('fct_bill_lines') }}
),

-- The rate in force on the last day of the billed month holds for the whole bill.
rates as (
    select
        tax_class,
        rate_pct,
        valid_from,
        valid_to
    from {{ ref('dim_taxes') }}
),

summed as (
    select
        bill_id,
        account_id,
        bill_month,
        tax_class,
        currency,
        cast(coalesce(sum(net_amount) filter (where line_kind = 'recurring'), 0) as decimal(18, 2))
            as recurring_amount,
        cast(coalesce(sum(net_amount) filter (where line_kind = 'usage'), 0) as decimal(18, 2))
            as usage_amount,
        cast(coalesce(sum(net_amount) filter (where line_kind = 'commitment'), 0) as decimal(18, 2))
            as commitment_amount,
        cast(coalesce(sum(net_amount) filter (where line_kind = 'adjustment'), 0) as decimal(18, 2))
            as adjustment_amount,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount
    from lines
    group by bill_id, account_id, bill_month, tax_class, currency
),

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

taxed as (
    select
        summed.*,
        rates.rate_pct,
        {{ function('tax_amount') }}(summed.net_amount, rates.rate_pct) as tax_amount
    from summed
    left join rates
        on
            summed.tax_class = rates.tax_class
            and last_day(summed.bill_month) >= rates.valid_from
            and last_day(summed.bill_month) < rates.valid_to
    where summed.bill_month not in (select closed_months.month from closed_months)
)

select * from taxed
union all
select closed.*
from {{ ref('stg_rating__closed_taxes') }} as closed
inner join closed_months on closed.bill_month = closed_months.month
