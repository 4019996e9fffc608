-- Partial records and the usage event each is folded into. An event holds the parts of one local
-- day, so every batch decides by itself and a late part opens only its own day again.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    access='private'
) }}

{%- set session = 'node_id, record_type, charging_ref, imsi_token, usage_date' %}
{%- set time_order = 'started_at, record_sequence_no, usage_id' %}
with

received as (
    select * from {{ ref('int_usage__received') }}
),

set_aside as (
    {{ set_aside_records() }}
),

parts as (
    select
        received.file_id,
        received.record_no,
        received.usage_id,
        received.node_id,
        received.record_type,
        received.charging_ref,
        received.record_sequence_no,
        received.closing_cause,
        received.imsi_token,
        received.started_at,
        received.ended_at,
        received.started_local,
        received.usage_date,
        received.duration_s,
        received.bytes_up,
        received.bytes_down,
        received.bytes_total,
        received.event_count
    from received
    where
        {{ is_partial_record('received') }}
        and not exists (
            select 1
            from set_aside
            where
                set_aside.file_id = received.file_id
                and set_aside.record_no = received.record_no
        )
),

numbered as (
    {{ restarts('parts', session, time_order) }}
)

select
    file_id,
    record_no,
    usage_id,
    first_value(usage_id) over (
        partition by {{ session }}, restart_no
        order by {{ time_order }}
    ) as event_usage_id,
    node_id,
    record_type,
    charging_ref,
    record_sequence_no,
    closing_cause,
    imsi_token,
    started_at,
    ended_at,
    started_local,
    usage_date,
    duration_s,
    bytes_up,
    bytes_down,
    bytes_total,
    event_count
from numbered
