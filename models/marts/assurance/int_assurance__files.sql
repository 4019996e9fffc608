-- RA01 nodes per day, RA02 sequences of files. Faults of the sender: they warn.
{{ config(access='private', contract={'enforced': false}) }}

with

files as (
    select
        node_id,
        stream,
        sequence_no,
        state,
        -- A file closes the hour before it was written.
        cast({{ local_time('created_at') }} - interval 1 second as date) as day
    from {{ ref('dim_files') }}
    where feed = 'mediation' and node_id is not null
),

nodes as (
    select
        node_id,
        stream,
        min(day) as first_on,
        max(day) as last_on,
        min(sequence_no) as first_no,
        max(sequence_no) as last_no,
        count(distinct sequence_no) as sequence_numbers
    from files
    group by all
),

-- A refused file was delivered: its number is no gap, but its day is not served by it.
days as (
    select
        day,
        count(distinct node_id) as nodes_seen
    from files
    where state = 'landed'
    group by day
),

node_days as (
    select
        node_id,
        cast(unnest(generate_series(first_on, last_on, interval 1 day)) as date) as day
    from nodes
),

expected_days as (
    select
        day,
        count(distinct node_id) as nodes_expected
    from node_days
    group by day
),

nodes_per_day as (
    select
        'RA01' as control_id,
        'day' as scope_kind,
        strftime(expected_days.day, '%Y-%m-%d') as scope_value,
        cast(date_trunc('month', expected_days.day) as date) as scope_month,
        cast(expected_days.nodes_expected as decimal(38, 6)) as expected_value,
        cast(coalesce(days.nodes_seen, 0) as decimal(38, 6)) as actual_value
    from expected_days
    left join days
        on expected_days.day = days.day
),

sequences as (
    select
        'RA02' as control_id,
        'node' as scope_kind,
        node_id || '/' || stream as scope_value,
        cast(null as date) as scope_month,
        cast(last_no - first_no + 1 as decimal(38, 6)) as expected_value,
        cast(sequence_numbers as decimal(38, 6)) as actual_value
    from nodes
),

results as (
    select * from nodes_per_day
    union all
    select * from sequences
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
