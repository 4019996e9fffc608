-- One row per postpaid account and local month with value that is on no bill.
with

usage_lines as (
    select
        account_id,
        customer_id,
        month,
        currency,
        events,
        exact_amount as usage_amount,
        0 as recurring_amount
    from {{ ref('int_billing__usage_lines') }}
),

recurring as (
    select
        charges.account_id,
        charges.customer_id,
        charges.month,
        charges.currency,
        0 as events,
        0 as usage_amount,
        charges.net_amount as recurring_amount
    from {{ ref('int_billing__recurring_charges') }} as charges
    inner join {{ ref('dim_accounts') }} as accounts on charges.account_id = accounts.account_id
    where accounts.payment_kind = 'postpaid'
),

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

earned as (
    select * from usage_lines
    union all
    select * from recurring
),

unbilled as (
    select
        earned.account_id,
        earned.customer_id,
        earned.month,
        cast(sum(earned.events) as bigint) as events,
        cast(sum(earned.usage_amount) as decimal(18, 6)) as usage_amount,
        cast(sum(earned.recurring_amount) as decimal(18, 6)) as recurring_amount,
        earned.currency
    from earned
    inner join data_to on last_day(earned.month) > data_to.data_to
    group by earned.account_id, earned.customer_id, earned.month, earned.currency
)

select * from unbilled
