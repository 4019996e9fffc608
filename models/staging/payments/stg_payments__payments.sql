-- One row per payment, top-up or refund.
with

landed as (
    select
        file_id,
        record_no,
        payment_id,
        account_id,
        paid_at,
        paid_local,
        amount,
        currency,
        method,
        kind,
        reference
    from {{ source('payments', 'payments') }}
)

select * from landed
