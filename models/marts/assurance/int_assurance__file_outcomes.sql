-- What became of each usage file's records: one pass over the raw records, then files only. What a
-- visited network charges without usage, and what tests the exchange, is kept as an event.
{{ config(access='private', contract={'enforced': false}) }}

with

raw_records as (
    select
        file_id,
        outcome,
        duration_s,
        bytes_total,
        event_count
    from {{ ref('fct_raw_records') }}
    union all
    select
        file_id,
        'kept' as outcome,
        0 as duration_s,
        0 as bytes_total,
        0 as event_count
    from {{ ref('fct_tap_events') }}
    where service_type is null
    union all
    select
        file_id,
        outcome,
        0 as duration_s,
        0 as bytes_total,
        0 as event_count
    from {{ ref('fct_call_quality') }}
),

outcomes as (
    select
        file_id,
        count(*) as outcome_records,
        count_if(outcome = 'canonical') as canonical_records,
        sum(duration_s) as outcome_s,
        sum(bytes_total) as outcome_bytes,
        sum(event_count) as outcome_events
    from raw_records
    where
        outcome in (
            'canonical', 'duplicate', 'conflict', 'filtered', 'kept', 'waiting', 'unpaired'
        )
    group by file_id
),

-- A record that a retry landed has the outcome it landed with.
quarantined as (
    select
        records.file_id,
        count(*) as quarantined_records
    from {{ ref('stg_quarantine__records') }} as records
    where
        not exists (
            select 1
            from {{ ref('stg_ledger__quarantine_outcomes') }} as outcomes
            where
                outcomes.outcome = 'landed'
                and outcomes.file_id = records.file_id
                and outcomes.record_no = records.record_no
        )
    group by records.file_id
),

files as (
    select
        file_id,
        raw_records,
        landed_duration_ms,
        landed_bytes,
        landed_events,
        -- A file closes the hour before it was written.
        cast(
            {{ local_time('coalesce(created_at, first_seen_at)') }} - interval 1 second as date
        ) as day
    from {{ ref('dim_files') }}
    where (feed in ('mediation', 'cdr3gpp', 'tap_in') or feed like 'switch_%') and state = 'landed'
),

joined as (
    select
        files.file_id,
        files.day,
        cast(coalesce(files.raw_records, 0) as bigint) as raw_records,
        cast(coalesce(outcomes.outcome_records, 0) as bigint) as outcome_records,
        cast(coalesce(quarantined.quarantined_records, 0) as bigint) as quarantined_records,
        cast(coalesce(files.landed_duration_ms, 0) // 1000 as bigint) as landed_s,
        cast(coalesce(files.landed_bytes, 0) as hugeint) as landed_bytes,
        cast(coalesce(files.landed_events, 0) as bigint) as landed_events,
        cast(coalesce(outcomes.outcome_s, 0) as bigint) as outcome_s,
        cast(coalesce(outcomes.outcome_bytes, 0) as hugeint) as outcome_bytes,
        cast(coalesce(outcomes.outcome_events, 0) as bigint) as outcome_events
    from files
    left join outcomes
        on files.file_id = outcomes.file_id
    left join quarantined
        on files.file_id = quarantined.file_id
)

select * from joined
