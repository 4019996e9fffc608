-- Rated usage of closed months, as their bills were made from it.
{{ config(event_time='started_local', tags=['record_grain']) }}

with

landed as (
    select
        usage_id,
        rating_run,
        started_at,
        started_local,
        usage_date,
        usage_month,
        service_type,
        direction,
        status,
        reason_code,
        subscription_id,
        account_id,
        customer_id,
        partner_id,
        plan_id,
        payment_kind,
        rate_card_id,
        destination_id,
        destination_kind,
        matched_prefix,
        origin_zone,
        band_id,
        rate_id,
        quantity,
        charged_quantity,
        free_quantity,
        segment_count,
        unit_price,
        gross_amount,
        discount_amount,
        allowance_amount,
        cap_amount,
        charge_amount,
        currency,
        tax_class,
        trunk_id,
        cell_id,
        is_billable,
        non_billable_reason,
        duration_s,
        bytes_total,
        event_count,
        tariff_hash
    from {{ source('rating', 'closed_usage') }}
)

select * from landed
