-- TM Forum records that change nothing: an event told before, and a patch whose resource is not
-- known at its instant. Such a patch waits until the feed has gone on for the window of reference
-- data; a resource that comes takes it, whichever landed first.
with

records as (
    select * from {{ ref('stg_tmf__records') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by resource_type, event_id
            order by effective_at, file_id, record_no
        ) as telling
    from records
    where event_id is not null
),

known as (
    select
        resource_type,
        resource_id,
        min(effective_at) as known_from
    from records
    where not is_patch
    group by resource_type, resource_id
),

patches as (
    select * from records
    where is_patch
),

reach as (
    select max(last_data_on) as reaches_on
    from {{ ref('dim_files') }}
    where feed = 'tmf'
),

alone as (
    select
        patches.file_id,
        patches.record_no,
        patches.table_name,
        patches.effective_at,
        case
            when
                reach.reaches_on
                > patches.effective_at + interval {{ var('resource_window_days') }} day
                then 'unpaired'
            else 'waiting'
        end as outcome
    from patches
    cross join reach
    left join known
        on
            patches.resource_type = known.resource_type
            and patches.resource_id = known.resource_id
            and patches.effective_at >= known.known_from
    where known.resource_id is null
),

outcomes as (
    select
        file_id,
        record_no,
        table_name,
        effective_at,
        'duplicate' as outcome
    from ranked
    where telling > 1
    union all
    select
        alone.file_id,
        alone.record_no,
        alone.table_name,
        alone.effective_at,
        alone.outcome
    from alone
    left join ranked
        on
            alone.file_id = ranked.file_id
            and alone.record_no = ranked.record_no
            and ranked.telling > 1
    where ranked.file_id is null
)

select
    file_id,
    record_no,
    table_name,
    effective_at,
    {{ local_time('effective_at') }} as effective_local,
    outcome
from outcomes
