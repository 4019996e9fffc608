{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    select
        file_id,
        record_no,
        node_id,
        call_ref,
        leg_ref,
        content_hash,
        measured_at,
        started_local,
        duration_s,
        packets_sent,
        packets_received,
        packets_lost,
        jitter_ms,
        latency_ms,
        concealment_ratio,
        concealed_s,
        severely_concealed_s,
        metrics,
        cast(usage_date as date) as usage_date
    from {{ source('switch_cucm', 'cmrs') }}
)

select * from landed
