-- How the newest reading of each database ended, and for how long none has succeeded.
with

readings as (
    select
        reading_id,
        source,
        read_at,
        outcome,
        rows_read,
        reason
    from {{ ref('stg_ledger__database_readings') }}
),

-- The last reading that did not fail; 0 where all did.
held as (
    select
        source,
        max(reading_id) as reading_id,
        coalesce(max(reading_id) filter (where outcome <> 'failed'), 0) as held_id,
        max(read_at) filter (where outcome = 'succeeded') as last_success_at,
        count(*) as readings,
        sum(rows_read) as rows_read
    from readings
    group by source
),

failures as (
    select
        readings.source,
        min(readings.read_at) as failing_since_at,
        count(*) as failed_readings
    from readings
    inner join held
        on
            readings.source = held.source
            and readings.reading_id > held.held_id
    group by readings.source
)

select
    newest.source,
    newest.outcome,
    newest.outcome = 'failed' as is_failing,
    newest.read_at as last_reading_at,
    newest.reason,
    held.last_success_at,
    failures.failing_since_at,
    cast(coalesce(failures.failed_readings, 0) as bigint) as failed_readings,
    cast(held.readings as bigint) as readings,
    cast(held.rows_read as bigint) as rows_read
from held
inner join readings as newest
    on held.reading_id = newest.reading_id
left join failures
    on held.source = failures.source
where newest.outcome <> 'dropped'
