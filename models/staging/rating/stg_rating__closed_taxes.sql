-- Net sums and taxes of the bills of closed months.
with

landed as (
    select
        bill_id,
        account_id,
        bill_month,
        tax_class,
        currency,
        recurring_amount,
        usage_amount,
        commitment_amount,
        adjustment_amount,
        net_amount,
        rate_pct,
        tax_amount
    from {{ source('rating', 'closed_taxes') }}
)

select * from landed
