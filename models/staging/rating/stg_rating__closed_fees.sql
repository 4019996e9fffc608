-- Recurring charges of closed months.
with

landed as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        rate_card_id,
        month,
        monthly_fee,
        period_from,
        period_to,
        days_in_month,
        tax_class,
        currency,
        active_days,
        exact_amount,
        net_amount
    from {{ source('rating', 'closed_fees') }}
)

select * from landed
