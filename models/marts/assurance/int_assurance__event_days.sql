-- Usage events of each local day beside the daily sums of what rating made of them.
{{ config(access='private', contract={'enforced': false}) }}

with

usage_events as (
    select
        usage_date as day,
        duration_s,
        bytes_total,
        event_count
    from {{ ref('fct_usage_events') }}
),

canonical as (
    select
        day,
        count(*) as canonical_events,
        sum(duration_s) as canonical_s,
        sum(bytes_total) as canonical_bytes,
        sum(event_count) as canonical_count
    from usage_events
    group by day
),

fates as (
    select
        day,
        sum(events) filter (where fate = 'unguided') as unguided_events,
        sum(events) filter (where is_owned) as owned_events,
        sum(events) filter (where fate = 'rated') as rated_events,
        sum(events) filter (where fate = 'unrated') as unrated_events,
        sum(duration_s) as rated_s,
        sum(bytes_total) as rated_bytes,
        sum(event_count) as rated_count
    from {{ ref('int_assurance__fates') }}
    group by day
),

-- A billed row stays when its event is withdrawn or corrected after its month was closed.
corrections as (
    select
        usage_date as day,
        sum(case side when 'now' then 1 else -1 end) as corrected_events,
        sum(case side when 'now' then duration_s else -duration_s end) as corrected_s,
        sum(case side when 'now' then bytes_total else -bytes_total end) as corrected_bytes,
        sum(case side when 'now' then event_count else -event_count end) as corrected_count
    from {{ ref('int_rating__closed_changes') }} as changes
    where
        {{ stands_for_event() }}
        and exists (
            select 1
            from {{ ref('int_rating__closed_changes') }} as billed
            where
                billed.side = 'billed'
                and billed.usage_id = changes.usage_id
                and billed.rating_run = changes.rating_run
        )
    group by usage_date
),

joined as (
    select
        coalesce(canonical.day, fates.day) as day,
        coalesce(canonical.canonical_events, 0) as canonical_events,
        coalesce(canonical.canonical_s, 0) as canonical_s,
        coalesce(canonical.canonical_bytes, 0) as canonical_bytes,
        coalesce(canonical.canonical_count, 0) as canonical_count,
        coalesce(fates.unguided_events, 0) as unguided_events,
        coalesce(fates.owned_events, 0) as owned_events,
        coalesce(fates.rated_events, 0) as rated_events,
        coalesce(fates.unrated_events, 0) as unrated_events,
        coalesce(fates.rated_s, 0) as rated_s,
        coalesce(fates.rated_bytes, 0) as rated_bytes,
        coalesce(fates.rated_count, 0) as rated_count,
        coalesce(corrections.corrected_events, 0) as corrected_events,
        coalesce(corrections.corrected_s, 0) as corrected_s,
        coalesce(corrections.corrected_bytes, 0) as corrected_bytes,
        coalesce(corrections.corrected_count, 0) as corrected_count
    from canonical
    full join fates
        on canonical.day = fates.day
    left join corrections
        on coalesce(canonical.day, fates.day) = corrections.day
)

select * from joined
