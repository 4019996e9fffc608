-- What buckets of seconds, bytes and events cover of outgoing usage.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with recursive

buckets as (
    select * from {{ ref('int_rating__buckets') }}
),

sharing_stays as (
    select * from {{ ref('int_rating__sharing_stays') }}
),

sized as (
    select * from {{ ref('int_rating__sized') }}
    where
        has_unit_bucket
        and rating_run = 'retail'
        and direction = 'out'
        and reason_code is null
        and charged_quantity > 0
        and zero_rated_reason is null
),

{{ covered_steps(is_money=false, wanted='sized.charged_quantity') }},

{{ drained_steps(before=this if is_incremental() or is_later_batch() else none) }}

select * from draws
