-- What became of the records of each usage or counter file, by outcome: one pass over the raw
-- records. What a visited network charges without usage, and what tests the exchange, is kept as an
-- event.
{{ config(access='private', contract={'enforced': false}) }}

{%- set outcomes = ['canonical', 'duplicate', 'conflict', 'filtered', 'waiting', 'kept'] %}
{%- set others = "('" ~ outcomes[1:] | join("', '") ~ "')" %}
with

raw_records as (
    select
        file_id,
        case outcome when 'unpaired' then 'waiting' else outcome end as outcome,
        duration_ms,
        bytes_total,
        event_count
    from {{ ref('fct_raw_records') }}
    union all
    select
        file_id,
        'kept' as outcome,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('fct_tap_events') }}
    where service_type is null
    union all
    select
        file_id,
        case outcome when 'unpaired' then 'waiting' else outcome end as outcome,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('fct_call_quality') }}
    union all
    select
        counters.file_id,
        coalesce(repeated.outcome, 'canonical') as outcome,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('stg_pm__cell_counters') }} as counters
    left join {{ ref('int_network__repeated') }} as repeated
        on
            counters.file_id = repeated.file_id
            and counters.record_no = repeated.record_no
),

by_outcome as (
    select
        file_id,
        outcome,
        count(*) as records,
        sum(duration_ms) as duration_ms,
        sum(bytes_total) as bytes_total,
        sum(event_count) as event_count
    from raw_records
    group by file_id, outcome
),

file_outcomes as (
    select
        {%- for outcome in outcomes %}
        sum(records) filter (where outcome = '{{ outcome }}') as {{ outcome }}_records,
        {%- endfor %}
        -- A record whose outcome is none of these is in no sum, and shows as a difference.
        {%- for measure in ['duration_ms', 'bytes_total', 'event_count'] %}
        sum({{ measure }}) filter (where outcome = 'canonical') as canonical_{{ measure }},
        sum({{ measure }}) filter (where outcome in {{ others }}) as other_{{ measure }},
        {%- endfor %}
        file_id
    from by_outcome
    group by file_id
)

select * from file_outcomes
