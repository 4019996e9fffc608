-- What buckets of money pay of outgoing usage once it is priced, in millionths of the currency.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with recursive

buckets as (
    select * from {{ ref('int_rating__buckets') }}
),

sharing_stays as (
    select * from {{ ref('int_rating__sharing_stays') }}
),

sized as (
    select * from {{ ref('int_rating__priced') }}
    where
        has_money_bucket
        and rating_run = 'retail'
        and direction = 'out'
        and reason_code is null
        and net_amount > 0
        and zero_rated_reason is null
),

{{ covered_steps(is_money=true, wanted='cast(' ~ micro_of('sized.net_amount') ~ ' as bigint)') }},

{{ drained_steps(before=this if is_incremental() or is_later_batch() else none) }}

select * from draws
