-- Conservation of each landed file, exact: what was in it against what became of it.
-- Days and runs are sums of these rows. What a close of a month keeps was not received.
{%- set outcomes = [
    'canonical', 'duplicate', 'conflict', 'filtered', 'waiting', 'kept', 'superseded',
] %}
with

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
        feed,
        file_name,
        landed_seq,
        -- A file closes the hour before it was written.
        cast(
            {{ local_time('coalesce(created_at, first_seen_at)') }} - interval 1 second as date
        ) as day,
        coalesce(raw_records, 0) as raw_records,
        coalesce(landed_duration_ms, 0) as landed_ms,
        coalesce(landed_bytes, 0) as landed_bytes,
        coalesce(landed_events, 0) as landed_events,
        coalesce(quarantined_duration_ms, 0) as quarantined_ms,
        coalesce(quarantined_bytes, 0) as quarantined_bytes,
        coalesce(quarantined_events, 0) as quarantined_events
    from {{ ref('dim_files') }}
    where state = 'landed' and feed <> 'rating'
),

joined as (
    select
        files.*,
        {%- for outcome in outcomes %}
        coalesce(outcomes.{{ outcome }}_records, 0) as {{ outcome }}_records,
        {%- endfor %}
        coalesce(quarantined.quarantined_records, 0) as quarantined_records,
        coalesce(outcomes.canonical_duration_ms, 0) as canonical_ms,
        coalesce(outcomes.other_duration_ms, 0) as other_ms,
        coalesce(outcomes.canonical_bytes_total, 0) as canonical_bytes,
        coalesce(outcomes.other_bytes_total, 0) as other_bytes,
        coalesce(outcomes.canonical_event_count, 0) as canonical_events,
        coalesce(outcomes.other_event_count, 0) as other_events
    from files
    left join {{ ref('int_assurance__file_outcomes') }} as outcomes
        on files.file_id = outcomes.file_id
    left join quarantined
        on files.file_id = quarantined.file_id
),

conserved as (
    select
        *,
        raw_records - quarantined_records
        {%- for outcome in outcomes %}
        - {{ outcome }}_records
        {%- endfor %} as difference_records,
        landed_ms - canonical_ms - other_ms as difference_ms,
        landed_bytes - canonical_bytes - other_bytes as difference_bytes,
        landed_events - canonical_events - other_events as difference_events
    from joined
)

select
    file_id,
    feed,
    file_name,
    landed_seq,
    day,
    cast(raw_records as bigint) as raw_records,
    {%- for outcome in outcomes + ['quarantined', 'difference'] %}
    cast({{ outcome }}_records as bigint) as {{ outcome }}_records,
    {%- endfor %}
    {%- for measure in ['ms', 'bytes', 'events'] %}
    cast(landed_{{ measure }} + quarantined_{{ measure }} as hugeint) as raw_{{ measure }},
    {%- for part in ['canonical', 'other', 'quarantined', 'difference'] %}
    cast({{ part }}_{{ measure }} as hugeint) as {{ part }}_{{ measure }},
    {%- endfor %}
    {%- endfor %}
    difference_records = 0
    and difference_ms = 0
    and difference_bytes = 0
    and difference_events = 0 as is_conserved
from conserved
