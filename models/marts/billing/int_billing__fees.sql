-- Recurring charges as revenue counts them: of a closed month those it was closed with.
{{ config(access='protected', contract={'enforced': false}) }}

with

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

fees as (
    select charges.*
    from {{ ref('int_billing__recurring_charges') }} as charges
    where charges.month not in (select closed_months.month from closed_months)
    union all
    select closed.*
    from {{ ref('stg_rating__closed_fees') }} as closed
    inner join closed_months on closed.month = closed_months.month
)

select * from fees
