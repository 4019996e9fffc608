-- Rated usage summed by everything a bill, a revenue figure or a control asks for. The source of
-- all customer and billing marts, so that none of them reads single events.
{{ config(materialized='incremental', event_time='usage_date', begin=var('history_begin')) }}

with

usage_days as (
    select
        usage_date,
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        payment_kind,
        service_type,
        direction,
        destination_kind,
        band_id,
        status,
        reason_code,
        is_billable,
        non_billable_reason,
        currency,
        tax_class,
        count(*) as events,
        cast(sum(duration_s) as bigint) as duration_s,
        cast(sum(bytes_total) as bigint) as bytes_total,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(quantity) as bigint) as quantity,
        cast(sum(coalesce(charged_quantity, 0)) as bigint) as charged_quantity,
        cast(sum(coalesce(free_quantity, 0)) as bigint) as free_quantity,
        cast(sum(coalesce(charge_amount, 0)) as decimal(38, 6)) as charge_amount
    from {{ ref('fct_rated_usage') }}
    where rating_run = 'retail'
    group by
        usage_date, subscription_id, account_id, customer_id, plan_id, payment_kind,
        service_type, direction, destination_kind, band_id, status, reason_code,
        is_billable, non_billable_reason, currency, tax_class
)

select * from usage_days
