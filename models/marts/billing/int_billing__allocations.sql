-- One row per payment and claim it settles, oldest claim first.
{{ config(access='protected', contract={'enforced': false}) }}

with

-- Payments and claims of an account are laid end to end; where they overlap, money meets claim.
claims as (
    select
        debit_id,
        bill_id,
        account_id,
        currency,
        entered_on,
        debit_amount,
        sum(debit_amount) over (
            partition by account_id, currency order by entered_on, debit_id
        ) as runs_to
    from {{ ref('int_billing__debits') }}
    where is_entered and debit_amount > 0
),

payments as (
    select
        payment_id,
        account_id,
        currency,
        paid_at,
        paid_on,
        payment_amount,
        sum(payment_amount) over (
            partition by account_id, currency order by paid_at, payment_id
        ) as runs_to
    from {{ ref('int_billing__payments') }}
    where payment_amount > 0
),

allocated as (
    select
        payments.payment_id,
        claims.debit_id,
        claims.bill_id,
        claims.account_id,
        payments.paid_at,
        greatest(payments.paid_on, claims.entered_on) as allocated_on,
        cast(
            least(claims.runs_to, payments.runs_to)
            - greatest(
                claims.runs_to - claims.debit_amount, payments.runs_to - payments.payment_amount
            ) as decimal(18, 2)
        ) as allocated_amount,
        claims.currency
    from claims
    inner join payments
        on
            claims.account_id = payments.account_id
            and claims.currency = payments.currency
            and claims.runs_to > payments.runs_to - payments.payment_amount
            and claims.runs_to - claims.debit_amount < payments.runs_to
)

select * from allocated
