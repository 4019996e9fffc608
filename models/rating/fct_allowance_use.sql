-- Every draw-down of an allowance: units before an event is priced, money after.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

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
