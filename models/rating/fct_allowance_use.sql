-- Every draw-down of an allowance: units before an event is priced, money after.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false
) }}

with

allowance_use as (
    select
        *,
        false as is_money
    from {{ ref('int_rating__unit_draws') }}
    union all
    select
        *,
        true as is_money
    from {{ ref('int_rating__money_draws') }}
)

select * from allowance_use
