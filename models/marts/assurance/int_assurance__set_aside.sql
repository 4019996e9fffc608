-- Every record that was set aside, by the landing, as a half or patch that stayed alone or as a
-- conflict, and how much usage it may be.
{{ config(access='private', contract={'enforced': false}) }}

with

-- Halves and patches that landed and stayed alone, and records that contradict one that stands
-- and is charged: no price fits either.
landed as (
    select
        file_id,
        record_no,
        'cdrs' as table_name,
        outcome as reason_code,
        started_local
    from {{ ref('fct_raw_records') }}
    where outcome in ('unpaired', 'conflict')
    union all
    select
        file_id,
        record_no,
        'cmrs' as table_name,
        outcome as reason_code,
        started_local
    from {{ ref('fct_call_quality') }}
    where outcome = 'unpaired'
    union all
    select
        file_id,
        record_no,
        'cell_counters' as table_name,
        outcome as reason_code,
        started_local
    from {{ ref('int_network__repeated') }}
    where outcome = 'conflict'
    union all
    select
        file_id,
        record_no,
        table_name,
        outcome as reason_code,
        effective_local as started_local
    from {{ ref('int_reference__resource_outcomes') }}
    where outcome = 'unpaired'
),

records as (
    select
        file_id,
        record_no,
        feed,
        table_name,
        reason_code,
        detail,
        first_seen_at,
        started_local,
        case
            when duration_ms > 0 then 'voice'
            when bytes > 0 then 'data'
            when events > 0 then 'sms'
            else 'any'
        end as service_type,
        case
            when duration_ms > 0 then duration_ms // 1000
            when bytes > 0 then bytes
            when events > 0 then events
            else 1
        end as quantity
    from {{ ref('stg_quarantine__records') }}
    union all
    select
        landed.file_id,
        landed.record_no,
        files.feed,
        landed.table_name,
        landed.reason_code,
        cast(null as varchar) as detail,
        files.first_seen_at,
        landed.started_local,
        case landed.reason_code when 'unpaired' then 'any' end as service_type,
        1 as quantity
    from landed
    inner join {{ ref('dim_files') }} as files on landed.file_id = files.file_id
)

select * from records
