-- The request with the units it is charged for, before any allowance.
{{ config(materialized='view', event_time='started_local') }}

with

matched as (
    select * from {{ ref('int_rating__matched') }}
),

sized as (
    select
        matched.*,
        coalesce(matched.match_reason, segment_sums.reason_code) as reason_code,
        coalesce(segment_sums.rounding_mode, matched.row_rounding_mode) as rounding_mode,
        coalesce(segment_sums.rounding_micro, matched.row_rounding_micro) as rounding_micro,
        least(matched.access_reason, zero_rated.reason) as zero_rated_reason,
        coalesce(segment_sums.segment_count, 0) as segment_count,
        coalesce(segment_sums.charged_quantity, {{ function('charged_quantity') }}(
            matched.quantity, matched.tier_start, matched.next_tier_start, matched.increment
        )) as charged_quantity
    from matched
    left join {{ ref('int_rating__segment_sums') }} as segment_sums
        on
            matched.usage_id = segment_sums.usage_id
            and matched.rating_run = segment_sums.rating_run
    left join {{ ref('int_rating__free_usage') }} as zero_rated
        on
            matched.plan_id = zero_rated.plan_id
            and matched.service_type = zero_rated.service_type
            and matched.destination_id = zero_rated.destination_id
            and zero_rated.access_point = ''
            and matched.usage_date >= zero_rated.valid_from
            and matched.usage_date < zero_rated.valid_to
)

select * from sized
