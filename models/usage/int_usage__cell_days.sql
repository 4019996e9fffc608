-- Traffic and drops of a cell per local day. People are counted by token: own number of the record.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='usage_date',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false
) }}

with

cell_events as (
    select
        usage_date,
        cell_id,
        case when direction = 'in' then b_token else a_token end as own_token,
        service_type = 'voice' as is_call,
        -- A call that was answered and that the network, not a party, ended.
        service_type = 'voice'
        and duration_s > 0
        and release_cause = {{ var('dropped_release_cause') }} as is_dropped,
        duration_s,
        bytes_total
    from {{ ref('fct_usage_events') }}
    where cell_id is not null
),

cell_days as (
    select
        usage_date,
        cell_id,
        count(distinct own_token) as subscribers,
        count(distinct case when is_dropped then own_token end) as affected_subscribers,
        count(*) as events,
        sum(case when is_call then 1 else 0 end) as calls,
        sum(case when is_dropped then 1 else 0 end) as dropped_calls,
        sum(case when is_call then duration_s else 0 end) as seconds,
        sum(bytes_total) as bytes
    from cell_events
    group by usage_date, cell_id
)

select
    usage_date,
    cell_id,
    subscribers,
    affected_subscribers,
    events,
    cast(calls as bigint) as calls,
    cast(dropped_calls as bigint) as dropped_calls,
    cast(seconds as bigint) as seconds,
    cast(bytes as bigint) as bytes
from cell_days
