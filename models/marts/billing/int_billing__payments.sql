-- One row per payment against bills, up to the last day of data; money paid back is negative.
{{ config(access='protected', contract={'enforced': false}) }}

with

payments as (
    select
        payment_id,
        account_id,
        paid_at,
        cast(paid_local as date) as paid_on,
        kind,
        amount,
        currency
    from {{ ref('stg_payments__payments') }}
    where kind in ('bill_payment', 'refund')
),

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

signed as (
    select
        payments.payment_id,
        payments.account_id,
        payments.paid_at,
        payments.paid_on,
        case when payments.kind = 'refund' then -abs(payments.amount) else payments.amount end
            as payment_amount,
        payments.currency
    from payments
    inner join data_to on payments.paid_on <= data_to.data_to
)

select * from signed
