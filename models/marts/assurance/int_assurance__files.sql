-- RA01 nodes per day, RA01S their silence, RA01D databases, RA02 sequences of files: they warn.
{{ config(access='private', contract={'enforced': false}) }}

with

streams as (
    select * from {{ ref('fct_file_streams') }}
),

-- Those that are to deliver at least once a day.
files as (
    select
        streams.feed,
        streams.node_id,
        files.state,
        -- A file closes the hour before it was written.
        cast({{ local_time('files.created_at') }} - interval 1 second as date) as day
    from {{ ref('dim_files') }} as files
    inner join streams
        on
            files.feed = streams.feed
            and files.node_id = streams.node_id
            and coalesce(files.stream, '') = streams.stream
    where streams.expected_cadence_h <= 24 and files.created_at is not null
),

-- A refused file was delivered: its number is no gap, but its day is not served by it.
days as (
    select
        day,
        count(distinct concat_ws('|', feed, node_id)) as nodes_seen
    from files
    where state = 'landed'
    group by day
),

node_days as (
    select
        feed,
        node_id,
        cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as day
    from files
    group by feed, node_id
),

expected_days as (
    select
        day,
        count(*) as nodes_expected
    from node_days
    group by day
),

results as (
    select
        'RA01' as control_id,
        'day' as scope_kind,
        strftime(expected_days.day, '%Y-%m-%d') as scope_value,
        cast(date_trunc('month', expected_days.day) as date) as scope_month,
        expected_days.nodes_expected as expected_value,
        coalesce(days.nodes_seen, 0) as actual_value,
        0 as tolerance_value
    from expected_days
    left join days
        on expected_days.day = days.day
    union all
    select
        'RA01S' as control_id,
        'stream, silent hours' as scope_kind,
        concat_ws('/', feed, node_id, stream) as scope_value,
        cast(null as date) as scope_month,
        0 as expected_value,
        silent_h as actual_value,
        late_after_h as tolerance_value
    from streams
    where late_after_h is not null
    union all
    select
        'RA01D' as control_id,
        'database, failed readings' as scope_kind,
        source as scope_value,
        cast(null as date) as scope_month,
        0 as expected_value,
        failed_readings as actual_value,
        0 as tolerance_value
    from {{ ref('fct_databases') }}
    union all
    select
        'RA02' as control_id,
        'stream, numbers' as scope_kind,
        concat_ws('/', feed, node_id, stream) as scope_value,
        cast(null as date) as scope_month,
        numbers_received + numbers_missing as expected_value,
        numbers_received as actual_value,
        0 as tolerance_value
    from streams
    where numbers_received > 0
    union all
    select
        'RA02' as control_id,
        'stream, repeats' as scope_kind,
        concat_ws('/', feed, node_id, stream) as scope_value,
        cast(null as date) as scope_month,
        0 as expected_value,
        repeats as actual_value,
        0 as tolerance_value
    from streams
    where repeats > 0
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    cast(expected_value as decimal(38, 6)) as expected_value,
    cast(actual_value as decimal(38, 6)) as actual_value,
    cast(tolerance_value as decimal(38, 6)) as tolerance_value
from results
