-- Bill lines of closed months.
with

landed as (
    select
        bill_line_id,
        bill_id,
        account_id,
        subscription_id,
        plan_id,
        bill_month,
        line_kind,
        service_type,
        destination_kind,
        tax_class,
        period_from,
        period_to,
        events,
        quantity,
        charged_quantity,
        free_quantity,
        proration_fraction,
        exact_amount,
        rounding_amount,
        net_amount,
        currency
    from {{ source('rating', 'closed_lines') }}
)

select * from landed
