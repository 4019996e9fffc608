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

guiding_reasons as (
    select reason_code from {{ ref('quarantine_rules') }}
    where stage = 'guiding'
),

usage_days as (
    select
        usage_days.usage_date as day,
        usage_days.events,
        usage_days.duration_s,
        usage_days.bytes_total,
        usage_days.event_count,
        case
            when usage_days.status = 'rated' then 'rated'
            when guiding_reasons.reason_code is not null then 'unguided'
            else 'unrated'
        end as fate,
        usage_days.subscription_id is not null as is_owned
    from {{ ref('int_rating__usage_days') }} as usage_days
    left join guiding_reasons
        on usage_days.reason_code = guiding_reasons.reason_code
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
    from usage_days
    group by day
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
        coalesce(fates.rated_count, 0) as rated_count
    from canonical
    full join fates
        on canonical.day = fates.day
)

select * from joined
