-- RA03: what a file declares against what we counted in it, of every feed whose files declare
-- anything. The charges a TAP file declares were compared when it landed: `totals_differ` says so.
{{ config(access='private', contract={'enforced': false}) }}

with

files as (
    select
        file_name,
        declared_records,
        declared_duration_ms,
        declared_bytes,
        declared_events,
        raw_records,
        coalesce(landed_duration_ms, 0) + coalesce(quarantined_duration_ms, 0) as raw_duration_ms,
        coalesce(landed_bytes, 0) + coalesce(quarantined_bytes, 0) as raw_bytes,
        coalesce(landed_events, 0) + coalesce(quarantined_events, 0) as raw_events,
        contains(coalesce(findings, ''), '"totals_differ"') as is_told_to_differ,
        cast({{ local_time('created_at') }} - interval 1 second as date) as day
    from {{ ref('dim_files') }}
    where state = 'landed' and node_id is not null
),

compared as (
    select
        file_name,
        day,
        not is_told_to_differ
        and declared_records = raw_records
        and coalesce(declared_duration_ms = raw_duration_ms, true)
        and coalesce(declared_bytes = raw_bytes, true)
        and coalesce(declared_events = raw_events, true) as is_equal
    from files
    where declared_records is not null
),

-- The whole in one row, and a row for each file that differs.
totals as (
    select
        'RA03' as control_id,
        'total' as scope_kind,
        'files' as scope_value,
        cast(null as date) as scope_month,
        cast(count(*) as decimal(38, 6)) as expected_value,
        cast(count_if(is_equal) as decimal(38, 6)) as actual_value
    from compared
    union all
    select
        'RA03' as control_id,
        'file' as scope_kind,
        file_name as scope_value,
        cast(date_trunc('month', day) as date) as scope_month,
        cast(1 as decimal(38, 6)) as expected_value,
        cast(0 as decimal(38, 6)) as actual_value
    from compared
    where not is_equal
),

results as (
    select * from totals
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    expected_value,
    actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
