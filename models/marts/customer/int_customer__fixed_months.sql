-- One row per account and local month: what it owes beside usage, prepaid fees included.
{{ config(access='protected', contract={'enforced': false}) }}

with

earned as (
    select
        account_id,
        month,
        net_amount as recurring_amount,
        cast(0 as decimal(18, 2)) as commitment_amount
    from {{ ref('int_billing__fees') }}
    union all
    select
        account_id,
        bill_month as month,
        cast(0 as decimal(18, 2)) as recurring_amount,
        shortfall_amount as commitment_amount
    from {{ ref('fct_commitments') }}
),

summed as (
    select
        account_id,
        month,
        sum(recurring_amount) as recurring_amount,
        sum(commitment_amount) as commitment_amount
    from earned
    group by account_id, month
)

select * from summed
