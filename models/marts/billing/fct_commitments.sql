-- One row per minimum commitment of a holder and billed month: committed, counted, what is short.
-- Those of closed months are as they were closed.
with

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

commitments as (
    select open_months.*
    from {{ ref('int_billing__commitments') }} as open_months
    where open_months.bill_month not in (select closed_months.month from closed_months)
    union all
    select closed.*
    from {{ ref('stg_rating__closed_commitments') }} as closed
    inner join closed_months on closed.bill_month = closed_months.month
)

select * from commitments
