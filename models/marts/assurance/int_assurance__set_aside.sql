-- Every record that was set aside, by the landing or as a half that stayed alone, and how much
-- usage it may be.
{{ config(access='private', contract={'enforced': false}) }}

with

-- Halves that landed and stayed alone; no price fits them.
unpaired as (
    select
        file_id,
        record_no,
        'cdrs' as table_name,
        started_local
    from {{ ref('fct_raw_records') }}
    where outcome = 'unpaired'
    union all
    select
        file_id,
        record_no,
        'cmrs' as table_name,
        started_local
    from {{ ref('fct_call_quality') }}
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
        unpaired.file_id,
        unpaired.record_no,
        files.feed,
        unpaired.table_name,
        'unpaired' as reason_code,
        cast(null as varchar) as detail,
        files.first_seen_at,
        unpaired.started_local,
        'any' as service_type,
        1 as quantity
    from unpaired
    inner join {{ ref('dim_files') }} as files on unpaired.file_id = files.file_id
)

select * from records
