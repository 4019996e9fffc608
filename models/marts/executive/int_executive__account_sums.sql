-- Receivables and unbilled usage of accounts, summed for the whole, each segment and each region.
{{ config(access='private', contract={'enforced': false}) }}

with

accounts as (
    select
        account_id,
        segment,
        region
    from {{ ref('dim_accounts') }}
),

receivables as (
    select
        account_id,
        month,
        closing_amount,
        billed_amount,
        cast(0 as decimal(18, 6)) as unbilled_amount
    from {{ ref('fct_ar_months') }}
),

-- Billable usage less what is on bills: all of an open month, and what a bill run left out.
billable as (
    select
        account_id,
        month,
        cast(0 as decimal(18, 2)) as closing_amount,
        cast(0 as decimal(18, 2)) as billed_amount,
        exact_amount as unbilled_amount
    from {{ ref('int_billing__usage_lines') }}
),

on_bills as (
    select
        account_id,
        bill_month as month,
        cast(0 as decimal(18, 2)) as closing_amount,
        cast(0 as decimal(18, 2)) as billed_amount,
        -exact_amount as unbilled_amount
    from {{ ref('fct_bill_lines') }}
    where line_kind = 'usage'
),

entries as (
    select * from receivables
    union all
    select * from billable
    union all
    select * from on_bills
),

placed as (
    select
        entries.*,
        scopes.scope_kind,
        scopes.scope_value
    from entries
    left join accounts
        on entries.account_id = accounts.account_id
    cross join lateral (
        values
        ('total', 'total'),
        ('segment', coalesce(accounts.segment, 'unknown')),
        ('region', coalesce(accounts.region, 'unknown'))
    ) as scopes (scope_kind, scope_value)
),

summed as (
    select
        month,
        scope_kind,
        scope_value,
        sum(closing_amount) as closing_amount,
        sum(billed_amount) as billed_amount,
        sum(unbilled_amount) as unbilled_amount
    from placed
    group by month, scope_kind, scope_value
)

select * from summed
