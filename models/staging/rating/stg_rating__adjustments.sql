-- What re-rating changed in closed months: one row per request, event, run and payer.
with

landed as (
    select
        request_id,
        version,
        bill_month,
        usage_id,
        rating_run,
        started_at,
        started_local,
        usage_date,
        usage_month,
        service_type,
        direction,
        subscription_id,
        account_id,
        customer_id,
        partner_id,
        plan_id,
        payment_kind,
        destination_id,
        destination_kind,
        tax_class,
        currency,
        is_billable,
        quantity,
        old_amount,
        new_amount,
        delta_amount,
        tariff_hash
    from {{ source('rating', 'adjustments') }}
)

select * from landed
