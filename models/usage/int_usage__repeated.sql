-- Records whose key came before: copies and contradictions. The key of a record holds its start, so
-- all records of a key lie in one local day and every batch decides by itself.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    access='private'
) }}

with

received as (
    select
        feed,
        file_id,
        record_no,
        usage_id,
        content_hash,
        started_local
    from {{ ref('int_usage__received') }}
),

files as (
    select
        file_id,
        created_at
    from {{ ref('dim_files') }}
),

repeated_keys as (
    select usage_id
    from received
    group by usage_id
    having count(*) > 1
),

-- The earliest written record stands, whatever the order of arrival. Only repeated keys are sorted.
ranked as (
    select
        received.file_id,
        received.record_no,
        received.usage_id,
        received.started_local,
        received.content_hash,
        files.created_at,
        windows.window_days,
        row_number() over (
            partition by received.usage_id
            order by files.created_at, received.file_id, received.record_no
        ) as key_rank,
        first_value(received.content_hash) over (
            partition by received.usage_id
            order by files.created_at, received.file_id, received.record_no
        ) as standing_hash,
        first_value(files.created_at) over (
            partition by received.usage_id
            order by files.created_at, received.file_id, received.record_no
        ) as standing_at
    from received
    inner join repeated_keys on received.usage_id = repeated_keys.usage_id
    left join files on received.file_id = files.file_id
    left join {{ ref('repeat_windows') }} as windows on received.feed = windows.feed
),

repeated as (
    select
        file_id,
        record_no,
        usage_id,
        started_local,
        case
            when content_hash <> standing_hash then 'conflict'
            -- Nobody sends a record again after so long: a person looks at it.
            when {{ days_between('standing_at', 'created_at') }} > window_days then 'conflict'
            else 'duplicate'
        end as outcome
    from ranked
    where key_rank > 1
)

select * from repeated
