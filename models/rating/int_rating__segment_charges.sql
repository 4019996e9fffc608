-- The exact charge of every segmented call: units not drawn, at the price of their segment, over
-- one denominator for the whole call.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false
) }}

with

segments as (
    select
        segments.usage_id,
        segments.rating_run,
        segments.started_local,
        segments.segment_no,
        greatest(
            segments.to_quantity - greatest(segments.from_quantity, coalesce(draws.free_quantity, 0)),
            0
        ) as priced_units,
        rates.price_micro,
        rates.denominator,
        rates.unit_price
    from {{ ref('int_rating__segments') }} as segments
    inner join {{ ref('dim_rates') }} as rates
        on
            segments.rate_id = rates.rate_id
            and segments.tier_no = rates.tier_no
    left join {{ ref('int_rating__drawn') }} as draws
        on
            segments.usage_id = draws.usage_id
            and segments.rating_run = draws.rating_run
),

denominators as (
    select
        usage_id,
        rating_run,
        {{ common_multiple('denominator') }} as denominator
    from segments
    group by usage_id, rating_run
),

segment_charges as (
    select
        segments.usage_id,
        segments.rating_run,
        min(segments.started_local) as started_local,
        denominators.denominator,
        cast(sum(
            cast(segments.priced_units as decimal(38, 0)) * segments.price_micro
            * {{ int_div('denominators.denominator', 'segments.denominator') }}
        ) as decimal(38, 0)) as numerator,
        min_by(segments.unit_price, segments.segment_no) filter (where segments.priced_units > 0)
            as unit_price
    from segments
    inner join denominators
        on
            segments.usage_id = denominators.usage_id
            and segments.rating_run = denominators.rating_run
    group by segments.usage_id, segments.rating_run, denominators.denominator
)

select * from segment_charges
