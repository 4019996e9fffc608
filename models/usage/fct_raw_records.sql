-- What became of every landed record. A repeated record is judged as such before any filter, and
-- half a call that is alone after both.
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
    select
        file_id,
        record_no,
        usage_id,
        started_local,
        service_type,
        duration_s,
        duration_ms,
        bytes_total,
        event_count
    from {{ ref('int_usage__received') }}
),

repeated as (
    select
        file_id,
        record_no,
        outcome
    from {{ ref('int_usage__repeated') }}
),

filtered as (
    select
        file_id,
        record_no,
        filter_id
    from {{ ref('int_usage__filtered') }}
),

folded as (
    select
        file_id,
        record_no,
        event_usage_id,
        is_standing,
        outcome
    from {{ ref('int_usage__folded') }}
),

judged as (
    select
        received.*,
        folded.event_usage_id,
        filtered.filter_id,
        coalesce(
            repeated.outcome,
            case when filtered.filter_id is not null then 'filtered' end,
            folded.outcome,
            'canonical'
        ) as outcome,
        coalesce(not folded.is_standing, false) as is_other
    from received
    left join repeated
        on
            received.file_id = repeated.file_id
            and received.record_no = repeated.record_no
    left join filtered
        on
            received.file_id = filtered.file_id
            and received.record_no = filtered.record_no
    left join folded
        on
            received.file_id = folded.file_id
            and received.record_no = folded.record_no
),

raw_records as (
    select
        file_id,
        record_no,
        case
            when outcome = 'canonical' then coalesce(event_usage_id, usage_id) else usage_id
        end as usage_id,
        outcome,
        outcome = 'canonical' and is_other as is_folded,
        filter_id,
        started_local,
        service_type,
        duration_s,
        duration_ms,
        bytes_total,
        event_count
    from judged
)

select * from raw_records
