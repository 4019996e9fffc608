-- Every charge, segment by segment: what is plain has one or as many as tiers it reaches into.
{{ config(materialized='view', event_time='started_local') }}

with

plain as (
    select
        charged.usage_id,
        charged.rating_run,
        charged.started_at,
        charged.started_local,
        charged.free_quantity,
        charged.charged_quantity,
        charged.rate_card_id,
        charged.destination_id,
        charged.band_id,
        charged.rate_id
    from {{ ref('int_rating__charged') }} as charged
    where
        charged.is_plain
        and charged.reason_code is null
        and charged.charged_quantity > 0
),

plain_lines as (
    select
        plain.usage_id,
        plain.rating_run,
        plain.started_at,
        plain.started_local,
        plain.free_quantity,
        row_number() over (
            partition by plain.usage_id, plain.rating_run order by rates.tier_start
        ) as segment_no,
        rates.tier_start as from_quantity,
        least(rates.next_tier_start, plain.charged_quantity) as to_quantity,
        plain.rate_card_id,
        plain.destination_id,
        plain.band_id,
        rates.rate_id,
        rates.tier_no,
        rates.unit_price,
        rates.unit_size,
        rates.price_micro,
        rates.denominator
    from plain
    inner join {{ ref('dim_rates') }} as rates
        on
            plain.rate_id = rates.rate_id
            and plain.charged_quantity > rates.tier_start
            and rates.tier_start < rates.next_tier_start
),

cut_lines as (
    select
        segments.usage_id,
        segments.rating_run,
        segments.started_at,
        segments.started_local,
        coalesce(drawn.free_quantity, 0) as free_quantity,
        segments.segment_no,
        segments.from_quantity,
        segments.to_quantity,
        segments.rate_card_id,
        segments.destination_id,
        segments.band_id,
        segments.rate_id,
        segments.tier_no,
        segments.unit_price,
        segments.unit_size,
        segments.price_micro,
        segments.denominator
    from {{ ref('int_rating__segments') }} as segments
    inner join {{ ref('int_rating__segment_sums') }} as sums
        on
            segments.usage_id = sums.usage_id
            and segments.rating_run = sums.rating_run
            and sums.reason_code is null
    left join {{ ref('int_rating__drawn') }} as drawn
        on
            segments.usage_id = drawn.usage_id
            and segments.rating_run = drawn.rating_run
),

segment_lines as (
    select * from plain_lines
    union all
    select * from cut_lines
)

select
    *,
    greatest(to_quantity - greatest(from_quantity, free_quantity), 0) as priced_units
from segment_lines
