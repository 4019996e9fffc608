-- One row per claim on an account: an issued bill, or money paid back (it has to be earned again).
{{ config(access='protected', contract={'enforced': false}) }}

with

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

terms as (
    select
        payment_term_days,
        valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ ref('billing_terms') }}
),

totals as (
    select
        bill_id,
        account_id,
        currency,
        cast(bill_month + interval '1 month' as date) as issued_on,
        cast(sum(net_amount + tax_amount) as decimal(18, 2)) as total_amount
    from {{ ref('int_billing__bill_taxes') }}
    group by bill_id, account_id, bill_month, currency
),

bills as (
    select
        totals.bill_id as debit_id,
        totals.bill_id,
        totals.account_id,
        'bill' as debit_kind,
        totals.issued_on as entered_on,
        totals.issued_on + terms.payment_term_days as due_on,
        totals.total_amount as debit_amount,
        totals.currency
    from totals
    inner join terms
        on totals.issued_on >= terms.valid_from and totals.issued_on < terms.valid_to
),

refunds as (
    select
        payment_id as debit_id,
        cast(null as varchar) as bill_id,
        account_id,
        'refund' as debit_kind,
        paid_on as entered_on,
        paid_on as due_on,
        -payment_amount as debit_amount,
        currency
    from {{ ref('int_billing__payments') }}
    where payment_amount < 0
),

debits as (
    select * from bills
    union all
    select * from refunds
),

-- A bill that is issued after the last day of data is not yet a claim.
entered as (
    select
        debits.*,
        debits.entered_on <= data_to.data_to as is_entered
    from debits
    cross join data_to
)

select * from entered
