-- The filter of a microbatch falls on usage_date, the folder name, so other days are never opened.
{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    select
        file_id,
        record_no,
        usage_id,
        content_hash,
        record_type,
        service_type,
        direction,
        node_id,
        charging_ref,
        record_sequence_no,
        closing_cause,
        a_token,
        a_prefix,
        a_number_type,
        b_token,
        b_prefix,
        b_number_type,
        c_token,
        imsi_token,
        device_token,
        device_tac,
        home_plmn,
        visited_plmn,
        cell_id,
        trunk_in,
        trunk_out,
        access_point,
        started_at,
        ended_at,
        utc_offset_min,
        started_local,
        time_flag,
        duration_s,
        duration_ms,
        ring_s,
        bytes_up,
        bytes_down,
        event_count,
        release_cause,
        call_outcome,
        rating_group,
        extra,
        bytes_up + bytes_down as bytes_total,
        cast(usage_date as date) as usage_date
    from {{ source('mediation', 'cdrs') }}
)

select * from landed
