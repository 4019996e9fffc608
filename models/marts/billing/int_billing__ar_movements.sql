-- One row per account, currency and local month with a posting: bills, payments and allocations.
{{ config(access='protected', contract={'enforced': false}) }}

with

bills as (
    select
        account_id,
        currency,
        date_trunc('month', entered_on) as month,
        debit_amount as billed_amount,
        0 as paid_amount,
        0 as unapplied_amount
    from {{ ref('int_billing__debits') }}
    where is_entered and debit_kind = 'bill'
),

-- Money paid back lowers what was paid; the part of it not yet earned again is an open claim.
payments as (
    select
        account_id,
        currency,
        date_trunc('month', paid_on) as month,
        0 as billed_amount,
        payment_amount as paid_amount,
        greatest(payment_amount, 0) as unapplied_amount
    from {{ ref('int_billing__payments') }}
),

allocations as (
    select
        account_id,
        currency,
        date_trunc('month', allocated_on) as month,
        0 as billed_amount,
        0 as paid_amount,
        -allocated_amount as unapplied_amount
    from {{ ref('int_billing__allocations') }}
),

postings as (
    select * from bills
    union all
    select * from payments
    union all
    select * from allocations
),

summed as (
    select
        account_id,
        currency,
        cast(month as date) as month,
        cast(sum(billed_amount) as decimal(18, 2)) as billed_amount,
        cast(sum(paid_amount) as decimal(18, 2)) as paid_amount,
        cast(sum(unapplied_amount) as decimal(18, 2)) as unapplied_amount
    from postings
    group by account_id, currency, month
)

select * from summed
