-- One row per payment and bill it pays for, oldest bill first.
with

allocations as (
    select
        payment_id,
        bill_id,
        account_id,
        paid_at,
        allocated_on,
        allocated_amount,
        currency
    from {{ ref('int_billing__allocations') }}
    where bill_id is not null
)

select * from allocations
