-- One row per bill line that no usage makes: a fee by days, or what a commitment is short of.
{{ config(access='protected', contract={'enforced': false}) }}

with

accounts as (
    select account_id
    from {{ ref('dim_accounts') }}
    where payment_kind = 'postpaid'
),

recurring as (
    select
        charges.account_id,
        charges.subscription_id,
        charges.plan_id,
        charges.month,
        'recurring' as line_kind,
        charges.tax_class,
        charges.period_from,
        charges.period_to,
        charges.active_days as days,
        {{ function('proration_fraction') }}(charges.active_days, charges.days_in_month)
            as proration_fraction,
        charges.exact_amount,
        charges.net_amount,
        charges.currency
    from {{ ref('int_billing__recurring_charges') }} as charges
    inner join accounts on charges.account_id = accounts.account_id
),

shortfalls as (
    select
        account_id,
        subscription_id,
        plan_id,
        bill_month as month,
        'commitment' as line_kind,
        tax_class,
        period_from,
        period_to,
        committed_days as days,
        proration_fraction,
        exact_shortfall_amount as exact_amount,
        shortfall_amount as net_amount,
        currency
    from {{ ref('fct_commitments') }}
    where exact_shortfall_amount > 0
),

fixed_lines as (
    select * from recurring
    union all
    select * from shortfalls
)

select * from fixed_lines
