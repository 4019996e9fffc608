-- The canonical usage event: what happened, without money. The few records judged otherwise, or
-- folded into the event of another one, are taken out by an anti-join; halves end where they pair.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false
) }}

with

received as (
    select * from {{ ref('int_usage__received') }}
),

set_aside as (
    select
        file_id,
        record_no
    from {{ ref('fct_raw_records') }}
    where outcome <> 'canonical' or is_folded
),

paired as (
    select
        file_id,
        record_no,
        paired_end_at,
        paired_s
    from {{ ref('int_usage__folded') }}
    where is_standing and paired_end_at is not null
),

usage_events as (
    select
        received.usage_id,
        received.feed,
        received.file_id,
        received.record_no,
        received.record_type,
        received.service_type,
        received.direction,
        received.node_id,
        received.a_token,
        received.a_prefix,
        received.b_token,
        received.b_prefix,
        received.imsi_token,
        received.home_plmn,
        received.visited_plmn,
        received.cell_id,
        received.trunk_in,
        received.trunk_out,
        received.access_point,
        received.started_at,
        coalesce(paired.paired_end_at, received.ended_at) as ended_at,
        received.started_local,
        received.usage_date,
        cast(received.duration_s + coalesce(paired.paired_s, 0) as bigint) as duration_s,
        cast(coalesce(paired.paired_s, 0) as bigint) as paired_s,
        received.bytes_total,
        received.bytes_up,
        received.bytes_down,
        received.event_count,
        received.release_cause,
        received.call_outcome
    from received
    left join paired
        on
            received.file_id = paired.file_id
            and received.record_no = paired.record_no
    where not exists (
        select 1
        from set_aside
        where
            set_aside.file_id = received.file_id
            and set_aside.record_no = received.record_no
    )
)

select * from usage_events
