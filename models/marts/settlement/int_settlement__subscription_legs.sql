-- The legs of a month with the subscription that made or took the call, and what it paid. By
-- months, as usage is rated: a late call moves what later calls of its month pay.
{{ config(
    access='protected',
    contract={'enforced': false},
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false,
    tags=['record_grain']
) }}

with

legs as (
    select
        usage_id,
        started_local,
        partner_id,
        direction,
        service_type,
        destination_id,
        currency,
        amount
    from {{ ref('fct_settlement_legs') }}
    where status = 'rated'
),

rated as (
    select
        usage_id,
        subscription_id,
        charge_amount,
        currency,
        free_quantity
    from {{ ref('fct_rated_usage') }}
    where rating_run = 'retail'
),

-- Without a customer a leg has nothing to be sold for.
carried as (
    select usage_id
    from {{ ref('fct_rated_usage') }}
    where rating_run in ('transit', 'roaming_in')
),

placed as (
    select
        cast(date_trunc('day', legs.started_local) as timestamp) as started_local,
        rated.subscription_id,
        legs.partner_id,
        legs.direction,
        legs.service_type,
        legs.destination_id,
        legs.currency,
        carried.usage_id is not null as is_carried,
        rated.currency as retail_currency,
        cast(count(*) as bigint) as legs,
        cast(sum(legs.amount) as decimal(38, 6)) as amount,
        cast(coalesce(sum(rated.charge_amount), 0) as decimal(38, 6)) as retail_amount,
        cast(coalesce(sum(rated.free_quantity), 0) as bigint) as free_quantity
    from legs
    left join rated
        on legs.usage_id = rated.usage_id
    left join carried
        on legs.usage_id = carried.usage_id
    group by all
)

select * from placed
