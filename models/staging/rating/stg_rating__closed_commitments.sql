-- Minimum commitments of closed months.
with

landed as (
    select
        commitment_id,
        bill_id,
        account_id,
        customer_id,
        subscription_id,
        plan_id,
        bill_month,
        scope,
        period_from,
        period_to,
        committed_days,
        proration_fraction,
        committed_amount,
        counted_usage_amount,
        counted_fee_amount,
        exact_shortfall_amount,
        shortfall_amount,
        tax_class,
        currency
    from {{ source('rating', 'closed_commitments') }}
)

select * from landed
