-- What was drawn of each grant in a month, and what the last draw of the month left of it.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

grant_months as (
    select
        scope_id,
        plan_id,
        bucket_id,
        bucket_from,
        period_start,
        is_rollover,
        expires_on,
        is_money,
        granted_quantity,
        carried_quantity,
        cast({{ month_of('started_local') }} as timestamp) as started_local,
        cast(sum(used_quantity) as bigint) as used_quantity,
        min(remaining_quantity) as remaining_quantity
    from {{ ref('fct_allowance_use') }}
    group by
        scope_id, plan_id, bucket_id, bucket_from, period_start, is_rollover, expires_on, is_money,
        granted_quantity, carried_quantity, {{ month_of('started_local') }}
)

select * from grant_months
