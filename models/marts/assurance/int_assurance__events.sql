-- RA05, RA06 and the rated half of RA07: every usage event has an owner or waits for one, and every
-- owned event is rated or waits with a reason.
{{ config(access='private', contract={'enforced': false}) }}

with

days as (
    select
        *,
        strftime(day, '%Y-%m-%d') as scope_value,
        cast(date_trunc('month', day) as date) as scope_month
    from {{ ref('int_assurance__event_days') }}
),

results as (
    select
        'RA05' as control_id,
        'day' as scope_kind,
        scope_value,
        scope_month,
        canonical_events as expected_value,
        owned_events + unguided_events as actual_value
    from days
    union all
    select
        'RA06' as control_id,
        'day' as scope_kind,
        scope_value,
        scope_month,
        owned_events as expected_value,
        rated_events + unrated_events as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, seconds' as scope_kind,
        scope_value,
        scope_month,
        canonical_s as expected_value,
        rated_s as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, bytes' as scope_kind,
        scope_value,
        scope_month,
        canonical_bytes as expected_value,
        rated_bytes as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, events' as scope_kind,
        scope_value,
        scope_month,
        canonical_count as expected_value,
        rated_count as actual_value
    from days
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    cast(expected_value as decimal(38, 6)) as expected_value,
    cast(actual_value as decimal(38, 6)) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
