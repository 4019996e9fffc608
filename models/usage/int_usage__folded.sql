-- Records of calls that are told in parts: the one event they go into, or that a half is alone.
-- Batches look at the days of the pairing window only, and agree whatever their size.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    access='private'
) }}
{%- set window = 'interval ' ~ var('pairing_window_days') ~ ' day' %}

with

near as (
    select * from {{ ref('int_usage__linked') }}
    where {{ around_batch('usage_date', var('pairing_window_days')) }}
),

files as (
    select
        file_id,
        max(last_data_on) over (partition by feed) as feed_reaches_on
    from {{ ref('dim_files') }}
    where feed like 'switch_%'
),

told_in_parts as (
    select
        node_id,
        call_ref
    from near
    group by node_id, call_ref
    having count(*) > 1 or min(call_part) <> 'call'
),

-- Of the parts that one part sees, the first in this order stands for the call: a whole record
-- before halves, the leg of the caller before that of the called party, answered before not, then
-- the longest; of halves the one that was answered, then the one that began first.
seen as (
    select
        own.file_id,
        own.record_no,
        own.started_local,
        own.usage_date,
        other.usage_id as event_usage_id,
        other.usage_date as event_date,
        other.call_part,
        other.started_at,
        other.a_prefix,
        other.b_prefix,
        own.file_id = other.file_id and own.record_no = other.record_no as is_standing,
        row_number() over (
            partition by own.file_id, own.record_no
            order by
                case other.call_part
                    when 'call' then 1 when 'leg' then 2 when 'answer' then 3 when 'start' then 4
                    else 5
                end,
                case when other.call_outcome = 'answered' then 0 else 1 end,
                -other.duration_s,
                other.started_at,
                other.usage_id
        ) as part_rank
    from near as own
    inner join told_in_parts
        on own.node_id = told_in_parts.node_id and own.call_ref = told_in_parts.call_ref
    inner join near as other
        on
            own.node_id = other.node_id
            and own.call_ref = other.call_ref
            and other.usage_date >= own.usage_date - {{ window }}
            and other.usage_date <= own.usage_date + {{ window }}
    where {{ around_batch('own.usage_date') }}
),

standing as (
    select * from seen
    where part_rank = 1
),

-- Halves end at the first end behind the start; a whole record has its own.
closed as (
    select
        seen.file_id,
        seen.record_no,
        min(seen.started_at) as paired_end_at
    from seen
    inner join standing on seen.file_id = standing.file_id and seen.record_no = standing.record_no
    where
        seen.call_part = 'end'
        and standing.call_part in ('answer', 'start')
        and seen.started_at >= standing.started_at
    group by seen.file_id, seen.record_no
),

folded as (
    select
        standing.*,
        closed.paired_end_at,
        {{ seconds_until('standing.started_at', 'closed.paired_end_at') }} as paired_s,
        case
            when standing.call_part in ('call', 'leg') then 'canonical'
            when closed.paired_end_at is not null then 'canonical'
            when files.feed_reaches_on > standing.usage_date + {{ window }} then 'unpaired'
            else 'waiting'
        end as outcome
    from standing
    left join closed
        on standing.file_id = closed.file_id and standing.record_no = closed.record_no
    left join files on standing.file_id = files.file_id
)

select * from folded
