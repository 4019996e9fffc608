-- Longest match of every distinct number prefix dialled in a month, cut where the deck changes.
-- Records then find their destination by equality, however large the deck.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='usage_month',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false
) }}

with

dialled as (
    select
        {{ month_of('started_local') }} as usage_month,
        b_prefix
    from {{ ref('fct_usage_events') }}
    where b_prefix is not null
    group by {{ month_of('started_local') }}, b_prefix
),

lengths as (
    select length(prefix) as prefix_length
    from {{ ref('dim_destination_prefixes') }}
    group by length(prefix)
),

candidates as (
    select
        dialled.usage_month,
        dialled.b_prefix,
        prefixes.prefix,
        lengths.prefix_length,
        prefixes.destination_id,
        prefixes.valid_from,
        prefixes.valid_to
    from dialled
    inner join lengths on length(dialled.b_prefix) >= lengths.prefix_length
    inner join {{ ref('dim_destination_prefixes') }} as prefixes
        on substr(dialled.b_prefix, 1, lengths.prefix_length) = prefixes.prefix
),

edges as (
    select
        usage_month,
        b_prefix,
        valid_from as edge_on
    from candidates
    union
    select
        usage_month,
        b_prefix,
        valid_to as edge_on
    from candidates
),

spans as (
    select
        usage_month,
        b_prefix,
        edge_on as valid_from,
        lead(edge_on) over (partition by usage_month, b_prefix order by edge_on) as valid_to
    from edges
),

ranked as (
    select
        spans.usage_month,
        spans.b_prefix,
        spans.valid_from,
        spans.valid_to,
        candidates.prefix as matched_prefix,
        candidates.destination_id,
        row_number() over (
            partition by spans.usage_month, spans.b_prefix, spans.valid_from
            order by candidates.prefix_length desc, candidates.destination_id asc
        ) as match_rank
    from spans
    inner join candidates
        on
            spans.usage_month = candidates.usage_month
            and spans.b_prefix = candidates.b_prefix
            and spans.valid_from >= candidates.valid_from
            and spans.valid_from < candidates.valid_to
),

dialled_prefixes as (
    select
        ranked.usage_month,
        ranked.b_prefix,
        ranked.valid_from,
        ranked.valid_to,
        ranked.matched_prefix,
        ranked.destination_id,
        destinations.kind as destination_kind
    from ranked
    left join {{ ref('dim_destinations') }} as destinations
        on ranked.destination_id = destinations.destination_id
    where ranked.match_rank = 1
)

select * from dialled_prefixes
