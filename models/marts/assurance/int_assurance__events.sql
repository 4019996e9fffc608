-- RA05, RA06 and the rated half of RA07: every usage event has an owner or waits for one, and
-- every owned event is rated or waits with a reason. In closed months rated is what was billed,
-- plus what usage says otherwise since.
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
        cast(canonical_events as decimal(38, 6)) as expected_value,
        cast(owned_events + unguided_events + corrected_events as decimal(38, 6)) as actual_value
    from days
    union all
    select
        'RA06' as control_id,
        'day' as scope_kind,
        scope_value,
        scope_month,
        cast(owned_events as decimal(38, 6)) as expected_value,
        cast(rated_events + unrated_events as decimal(38, 6)) as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, seconds' as scope_kind,
        scope_value,
        scope_month,
        cast(canonical_s as decimal(38, 6)) as expected_value,
        cast(rated_s + corrected_s as decimal(38, 6)) as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, bytes' as scope_kind,
        scope_value,
        scope_month,
        cast(canonical_bytes as decimal(38, 6)) as expected_value,
        cast(rated_bytes + corrected_bytes as decimal(38, 6)) as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, events' as scope_kind,
        scope_value,
        scope_month,
        cast(canonical_count as decimal(38, 6)) as expected_value,
        cast(rated_count + corrected_count as decimal(38, 6)) as actual_value
    from days
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    expected_value,
    actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
