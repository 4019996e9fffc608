-- One row per subscription, account and local day with rated usage.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='usage_date',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false,
    tags=['record_grain'],
    access='protected',
    contract={'enforced': false}
) }}

with

usage_days as (
    select
        usage_date,
        subscription_id,
        account_id,
        service_type,
        direction,
        events,
        duration_s,
        bytes_total,
        event_count,
        charge_amount
    from {{ ref('int_rating__usage_days') }}
    where status = 'rated'
),

-- An own event is one the subscriber began; what reaches a phone says nothing about its owner.
summed as (
    select
        usage_date,
        subscription_id,
        account_id,
        cast(sum(events) filter (where direction != 'in') as bigint) as own_events,
        cast(sum(events) filter (where service_type = 'voice') as bigint) as calls,
        cast(sum(duration_s) filter (where service_type = 'voice') as bigint) as voice_s,
        cast(sum(bytes_total) filter (where service_type = 'data') as bigint) as data_bytes,
        cast(sum(event_count) filter (where service_type = 'sms') as bigint) as sms_events,
        cast(sum(charge_amount) as decimal(18, 6)) as charge_amount
    from usage_days
    group by usage_date, subscription_id, account_id
),

filled as (
    select
        usage_date,
        subscription_id,
        account_id,
        coalesce(own_events, 0) as own_events,
        coalesce(calls, 0) as calls,
        coalesce(voice_s, 0) as voice_s,
        coalesce(data_bytes, 0) as data_bytes,
        coalesce(sms_events, 0) as sms_events,
        charge_amount
    from summed
)

select * from filled
