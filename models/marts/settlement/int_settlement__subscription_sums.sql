-- Legs per subscription, local day, direction and currency, before any rate of exchange.
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

legs as (
    select
        cast(started_local as date) as usage_date,
        subscription_id,
        direction,
        currency,
        legs,
        amount
    from {{ ref('int_settlement__subscription_legs') }}
),

summed as (
    select
        usage_date,
        subscription_id,
        direction,
        currency,
        cast(sum(amount) as decimal(20, 6)) as amount,
        cast(sum(legs) as bigint) as legs
    from legs
    group by all
)

select * from summed
