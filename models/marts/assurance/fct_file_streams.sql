-- The sequence ledger of every node and stream: what is missing, what came twice, how long it has
-- been silent. Silence is measured against the newest file of any stream, not by a clock.
with

streams as (
    select * from {{ ref('int_assurance__streams') }}
),

newest as (
    select max(last_file_at) as newest_file_at from streams
),

numbers as (
    select
        feed,
        node_id,
        stream,
        max_by(sequence_no, (era, place)) as last_sequence_no,
        count(*) as numbers_received,
        sum(missing_before) as numbers_missing,
        sum(repeats) as repeats,
        count_if(is_rollover) as rollovers,
        count_if(is_reset) as resets,
        string_agg(
            concat(number_before, ' to ', sequence_no), '; ' order by written_at
        ) filter (where missing_before > 0) as missing_between
    from {{ ref('int_assurance__sequences') }}
    group by feed, node_id, stream
),

-- Records a node says it lost (TS 32.297 header): at least so many.
lost as (
    select
        feed,
        node_id,
        coalesce(stream, '') as stream,
        sum(
            cast(regexp_extract(findings, '([0-9]+) records lost', 1) as bigint)
        ) as records_lost
    from {{ ref('dim_files') }}
    where state = 'landed' and contains(findings, 'lost_records')
    group by feed, node_id, coalesce(stream, '')
),

measured as (
    select
        streams.*,
        numbers.last_sequence_no,
        numbers.missing_between,
        coalesce(numbers.numbers_received, 0) as numbers_received,
        coalesce(numbers.numbers_missing, 0) as numbers_missing,
        coalesce(numbers.repeats, 0) as repeats,
        coalesce(numbers.rollovers, 0) as rollovers,
        coalesce(numbers.resets, 0) as resets,
        coalesce(lost.records_lost, 0) as records_lost,
        date_diff('hour', streams.last_file_at, newest.newest_file_at) as silent_h
    from streams
    cross join newest
    left join numbers
        on
            streams.feed = numbers.feed
            and streams.node_id = numbers.node_id
            and streams.stream = numbers.stream
    left join lost
        on
            streams.feed = lost.feed
            and streams.node_id = lost.node_id
            and streams.stream = lost.stream
)

select
    feed,
    node_id,
    stream,
    first_file_at,
    last_file_at,
    cast(silent_h as bigint) as silent_h,
    cast(expected_cadence_h as integer) as expected_cadence_h,
    cast(late_after_h as integer) as late_after_h,
    coalesce(silent_h > late_after_h, false) as is_silent,
    cast(files as bigint) as files,
    cast(last_sequence_no as bigint) as last_sequence_no,
    cast(numbers_received as bigint) as numbers_received,
    cast(numbers_missing as bigint) as numbers_missing,
    missing_between,
    cast(repeats as bigint) as repeats,
    cast(rollovers as bigint) as rollovers,
    cast(resets as bigint) as resets,
    cast(records_lost as bigint) as records_lost
from measured
