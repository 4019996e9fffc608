-- Voice quality of each measured leg, with the event of its call. Measurement and call arrive in
-- different files, in any order: both are looked for over the days of the pairing window.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false
) }}
{%- set window = 'interval ' ~ var('pairing_window_days') ~ ' day' %}

with

measured as (
    select
        *,
        row_number() over (
            partition by node_id, call_ref, leg_ref, measured_at
            order by file_id, record_no
        ) as copy_no
    from {{ ref('stg_switch_cucm__cmrs') }}
),

legs as (
    select * from {{ ref('int_usage__legs') }}
    where {{ around_batch('usage_date', var('pairing_window_days')) }}
),

files as (
    select
        file_id,
        max(last_data_on) over (partition by feed) as feed_reaches_on
    from {{ ref('dim_files') }}
    where feed like 'switch_%'
),

-- A call that is handed on has several records with one leg in common: the first of them.
matched as (
    select
        measured.file_id,
        measured.record_no,
        min(legs.usage_id) as usage_id,
        min(
            case when legs.origin_leg_ref = measured.leg_ref then 'origin' else 'destination' end
        ) as leg_role
    from measured
    inner join legs
        on
            measured.node_id = legs.node_id
            and measured.call_ref = legs.call_ref
            and measured.leg_ref in (legs.origin_leg_ref, legs.destination_leg_ref)
            and legs.usage_date >= measured.usage_date - {{ window }}
            and legs.usage_date <= measured.usage_date + {{ window }}
    group by measured.file_id, measured.record_no
),

call_quality as (
    select
        measured.file_id,
        measured.record_no,
        matched.usage_id,
        matched.leg_role,
        case
            when measured.copy_no > 1 then 'duplicate'
            when matched.file_id is not null then 'canonical'
            when files.feed_reaches_on > measured.usage_date + {{ window }} then 'unpaired'
            else 'waiting'
        end as outcome,
        measured.measured_at,
        measured.started_local,
        measured.usage_date,
        measured.duration_s,
        measured.packets_sent,
        measured.packets_received,
        measured.packets_lost,
        measured.jitter_ms,
        measured.latency_ms,
        measured.concealment_ratio,
        measured.concealed_s,
        measured.severely_concealed_s,
        measured.metrics
    from measured
    left join matched
        on measured.file_id = matched.file_id and measured.record_no = matched.record_no
    left join files on measured.file_id = files.file_id
)

select * from call_quality
