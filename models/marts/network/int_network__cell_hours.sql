-- Counters of a cell and interval side by side. A counter that was not sent stays null, and a
-- suspect granule keeps its row without its figures: neither is a zero.
{{ config(
    access='protected',
    contract={'enforced': false},
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='measured_on',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    tags=['record_grain']
) }}

with

repeated as (
    select
        file_id,
        record_no
    from {{ ref('int_network__repeated') }}
),

-- Of a value that came more than once, the one that stands.
counters as (
    select
        landed.cell_id,
        landed.counter,
        landed.interval_start_at,
        landed.interval_s,
        landed.measured_date,
        coalesce(landed.is_suspect, false) as is_suspect,
        case when not coalesce(landed.is_suspect, false) then landed.value end as value
    from {{ ref('stg_pm__cell_counters') }} as landed
    left join repeated
        on
            landed.file_id = repeated.file_id
            and landed.record_no = repeated.record_no
    where landed.cell_id is not null and repeated.file_id is null
),

-- Two objects of one cell may have the same counter: the larger counts.
pivoted as (
    select
        cell_id,
        interval_start_at,
        cast(measured_date as timestamp) as measured_on,
        cast(max(interval_s) as bigint) as interval_s,
        bool_or(is_suspect) as is_suspect,
        max(value) filter (where counter = 'RRU.PrbTotDl') as prb_util_pct,
        max(value) filter (where counter = 'RRC.ConnEstabAtt') as rrc_attempts,
        max(value) filter (where counter = 'RRC.ConnEstabSucc') as rrc_successes,
        max(value) filter (where counter = 'S1SIG.ConnEstabAtt') as s1_attempts,
        max(value) filter (where counter = 'S1SIG.ConnEstabSucc') as s1_successes,
        max(value) filter (where counter = 'ERAB.EstabInitAttNbr') as erab_attempts,
        max(value) filter (where counter = 'ERAB.EstabInitSuccNbr') as erab_successes,
        max(value) filter (where counter = 'ERAB.EstabAddSuccNbr') as erab_added,
        max(value) filter (where counter = 'ERAB.RelActNbr') as erab_abnormal_releases,
        max(value) filter (where counter = 'ERAB.SessionTimeQCI') as erab_session_s,
        max(value) filter (where counter = 'RRU.CellUnavailableTime') as unavailable_s,
        max(value) filter (where counter = 'DRB.PdcpVolDl') as volume_kbit,
        max(value) filter (where counter = 'DRB.ThpTimeDl') as active_time_ms
    from counters
    group by all
),

typed as (
    select
        cell_id,
        interval_start_at,
        measured_on,
        interval_s,
        is_suspect,
        cast(prb_util_pct as decimal(9, 4)) as prb_util_pct,
        cast(rrc_attempts as bigint) as rrc_attempts,
        cast(rrc_successes as bigint) as rrc_successes,
        cast(s1_attempts as bigint) as s1_attempts,
        cast(s1_successes as bigint) as s1_successes,
        cast(erab_attempts as bigint) as erab_attempts,
        cast(erab_successes as bigint) as erab_successes,
        cast(erab_added as bigint) as erab_added,
        cast(erab_abnormal_releases as bigint) as erab_abnormal_releases,
        cast(erab_session_s as bigint) as erab_session_s,
        cast(unavailable_s as bigint) as unavailable_s,
        cast(volume_kbit as bigint) as volume_kbit,
        cast(active_time_ms as bigint) as active_time_ms
    from pivoted
)

select * from typed
