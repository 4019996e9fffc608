-- One row per subscription and local day with a call the network dropped.
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

dropped as (
    select
        usage_id,
        usage_date
    from {{ ref('fct_usage_events') }}
    where
        service_type = 'voice'
        and duration_s > 0
        and release_cause = {{ var('dropped_release_cause') }}
),

owners as (
    select
        usage_id,
        subscription_id
    from {{ ref('fct_rated_usage') }}
    where status = 'rated' and rating_run = 'retail'
),

dropped_days as (
    select
        dropped.usage_date,
        owners.subscription_id,
        count(*) as dropped_calls
    from dropped
    inner join owners on dropped.usage_id = owners.usage_id
    group by dropped.usage_date, owners.subscription_id
)

select * from dropped_days
