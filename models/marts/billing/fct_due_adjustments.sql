-- One row per event, run and payer of a closed month that rating now judges otherwise than it
-- stands: what `trunkline rerate` would adjust.
with

due_adjustments as (
    select
        version,
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
    from {{ ref('int_rating__due_adjustments') }}
)

select * from due_adjustments
