-- What became of the records of each usage or counter file on each local day, by outcome. A day is
-- counted when it is built; what became of a whole file is the sum of its days.
{{ config(
    access='private',
    contract={'enforced': false},
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='day_at',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    tags=['record_grain']
) }}

with

raw_records as (
    select
        file_id,
        date_trunc('day', started_local) as day_at,
        outcome,
        duration_ms,
        bytes_total,
        event_count
    from {{ ref('fct_raw_records') }}
    union all
    select
        file_id,
        date_trunc('day', started_local) as day_at,
        outcome,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('fct_call_quality') }}
    union all
    select
        counters.file_id,
        cast(counters.measured_date as timestamp) as day_at,
        coalesce(repeated.outcome, 'canonical') as outcome,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('stg_pm__cell_counters') }} as counters
    left join {{ ref('int_network__repeated') }} as repeated
        on
            counters.file_id = repeated.file_id
            and counters.record_no = repeated.record_no
)

select
    file_id,
    day_at,
    outcome,
    count(*) as records,
    sum(duration_ms) as duration_ms,
    sum(bytes_total) as bytes_total,
    sum(event_count) as event_count
from raw_records
group by file_id, day_at, outcome
