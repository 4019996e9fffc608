-- One row per request, event, run and payer: what a charge of a closed month became, less what it
-- was.
with

rating_adjustments as (
    select
        md5(concat_ws('|', request_id, usage_id, rating_run, {{ payer_key() }})) as adjustment_id,
        request_id,
        version,
        bill_month,
        usage_id,
        rating_run,
        started_at,
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
    from {{ ref('stg_rating__adjustments') }}
)

select * from rating_adjustments
