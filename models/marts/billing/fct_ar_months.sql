-- One row per account and local month from its first posting on: the receivables roll-forward.
with

movements as (
    select
        account_id,
        currency,
        month,
        billed_amount,
        paid_amount,
        unapplied_amount
    from {{ ref('int_billing__ar_movements') }}
),

last_month as (
    select {{ month_of('data_to') }} as month
    from {{ ref('int_billing__data_to') }}
),

account_months as (
    select
        movements.account_id,
        movements.currency,
        cast(unnest(generate_series(
            min(movements.month), any_value(last_month.month), interval '1 month'
        )) as date) as month
    from movements
    cross join last_month
    group by movements.account_id, movements.currency
),

aged as (
    select
        account_id,
        currency,
        month,
        sum(open_amount) filter (where bucket_id = '0') as bucket_0,
        sum(open_amount) filter (where bucket_id = '1_30') as bucket_1_30,
        sum(open_amount) filter (where bucket_id = '31_60') as bucket_31_60,
        sum(open_amount) filter (where bucket_id = '61_90') as bucket_61_90,
        sum(open_amount) filter (where bucket_id = '91_120') as bucket_91_120,
        sum(open_amount) filter (where bucket_id = 'over_120') as bucket_over_120
    from {{ ref('int_billing__claim_months') }}
    group by account_id, currency, month
),

rolled as (
    select
        account_months.account_id,
        account_months.currency,
        account_months.month,
        coalesce(movements.billed_amount, 0) as billed_amount,
        coalesce(movements.paid_amount, 0) as paid_amount,
        sum(coalesce(movements.billed_amount, 0) - coalesce(movements.paid_amount, 0))
            over account_history as closing_amount,
        sum(coalesce(movements.unapplied_amount, 0)) over account_history as unapplied_amount
    from account_months
    left join movements
        on
            account_months.account_id = movements.account_id
            and account_months.currency = movements.currency
            and account_months.month = movements.month
    window account_history as (
        partition by account_months.account_id, account_months.currency
        order by account_months.month
    )
),

ar_months as (
    select
        rolled.account_id,
        rolled.month,
        cast(
            rolled.closing_amount - rolled.billed_amount + rolled.paid_amount as decimal(18, 2)
        ) as opening_amount,
        cast(rolled.billed_amount as decimal(18, 2)) as billed_amount,
        cast(rolled.paid_amount as decimal(18, 2)) as paid_amount,
        cast(rolled.closing_amount as decimal(18, 2)) as closing_amount,
        cast(coalesce(aged.bucket_0, 0) as decimal(18, 2)) as bucket_0_amount,
        cast(coalesce(aged.bucket_1_30, 0) as decimal(18, 2)) as bucket_1_30_amount,
        cast(coalesce(aged.bucket_31_60, 0) as decimal(18, 2)) as bucket_31_60_amount,
        cast(coalesce(aged.bucket_61_90, 0) as decimal(18, 2)) as bucket_61_90_amount,
        cast(coalesce(aged.bucket_91_120, 0) as decimal(18, 2)) as bucket_91_120_amount,
        cast(coalesce(aged.bucket_over_120, 0) as decimal(18, 2)) as bucket_over_120_amount,
        cast(rolled.unapplied_amount as decimal(18, 2)) as unapplied_amount,
        rolled.currency
    from rolled
    left join aged
        on
            rolled.account_id = aged.account_id
            and rolled.currency = aged.currency
            and rolled.month = aged.month
)

select * from ar_months
