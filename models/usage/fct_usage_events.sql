-- The canonical usage event: what happened, without money. The few records judged otherwise, or
-- folded into the event of another one, are taken out by an anti-join; halves end where they pair,
-- and the first of several partial records carries the sums of them all.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false
) }}

with

set_aside as (
    {{ set_aside_records() }}
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

folded as (
    select
        {%- for measure in ['duration_s', 'bytes_total', 'bytes_up', 'bytes_down', 'event_count'] %}
        cast(sum({{ measure }}) as bigint) as {{ measure }},
        {%- endfor %}
        event_usage_id,
        count(*) as partial_count,
        max(ended_at) as ended_at
    from {{ ref('int_usage__partials') }}
    group by event_usage_id
),

-- Read past the filter of the batch: a session goes on with a part of the days before it.
continued as (
    {{ continued_events(ref('int_usage__partials').render()) }}
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
        received.charging_ref,
        received.closing_cause,
        cast(coalesce(folded.partial_count, 1) as bigint) as partial_count,
        received.a_token,
        received.a_prefix,
        received.a_number_type,
        received.a_dialled_prefix,
        received.b_token,
        received.b_prefix,
        received.b_number_type,
        received.b_dialled_prefix,
        ported.routing_prefix as b_routing_prefix,
        received.c_token,
        received.imsi_token,
        received.device_token,
        received.device_tac,
        received.home_plmn,
        received.visited_plmn,
        received.cell_id,
        received.trunk_in,
        received.trunk_out,
        received.access_point,
        received.started_at,
        coalesce(paired.paired_end_at, folded.ended_at, received.ended_at) as ended_at,
        received.utc_offset_min,
        received.started_local,
        received.local_fold,
        received.time_flag,
        received.usage_date,
        cast(
            coalesce(folded.duration_s, received.duration_s) + coalesce(paired.paired_s, 0)
            as bigint
        ) as duration_s,
        cast(coalesce(paired.paired_s, 0) as bigint) as paired_s,
        received.ring_s,
        coalesce(folded.bytes_total, received.bytes_total) as bytes_total,
        coalesce(folded.bytes_up, received.bytes_up) as bytes_up,
        coalesce(folded.bytes_down, received.bytes_down) as bytes_down,
        coalesce(folded.event_count, received.event_count) as event_count,
        received.release_cause,
        received.call_outcome,
        received.rating_group,
        continued.event_usage_id is not null as is_continued
    from {{ ref('int_usage__received') }} as received
    left join paired
        on received.file_id = paired.file_id and received.record_no = paired.record_no
    left join folded on received.usage_id = folded.event_usage_id
    left join {{ ref('dim_ported_numbers') }} as ported
        on
            received.b_token = ported.number
            and received.started_at >= ported.valid_from
            and received.started_at < ported.valid_to
    left join continued on received.usage_id = continued.event_usage_id
    where
        (folded.event_usage_id is not null or not {{ is_partial_record('received') }})
        and not exists (
            select 1
            from set_aside
            where
                set_aside.file_id = received.file_id
                and set_aside.record_no = received.record_no
        )
)

select * from usage_events
