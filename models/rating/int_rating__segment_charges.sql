-- The exact charge of everything that is not plain: units not drawn, at the price of their segment,
-- over one denominator for the event, in 128 bits. Fees, floor and cap are the first segment's.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

segments as (
    select
        segments.usage_id,
        segments.rating_run,
        segments.started_local,
        segments.segment_no,
        coalesce(drawn.free_quantity, 0) as free_quantity,
        greatest(
            segments.to_quantity
            - greatest(segments.from_quantity, coalesce(drawn.free_quantity, 0)),
            0
        ) as priced_units,
        segments.unit_price,
        segments.price_micro,
        segments.denominator,
        segments.setup_fee,
        segments.minimum_charge,
        segments.maximum_charge
    from {{ ref('int_rating__segments') }} as segments
    left join {{ ref('int_rating__drawn') }} as drawn
        on
            segments.usage_id = drawn.usage_id
            and segments.rating_run = drawn.rating_run
),

events as (
    select
        usage_id,
        rating_run,
        min(started_local) as started_local,
        min(free_quantity) as free_quantity,
        {{ common_multiple('denominator') }} as denominator,
        min_by(unit_price, segment_no) filter (where priced_units > 0) as unit_price,
        min_by(setup_fee, segment_no) as setup_fee,
        min_by(minimum_charge, segment_no) as minimum_charge,
        min_by(maximum_charge, segment_no) filter (where segment_no = 1) as maximum_charge
    from segments
    group by usage_id, rating_run
),

segment_charges as (
    select
        events.usage_id,
        events.rating_run,
        events.started_local,
        events.denominator,
        events.free_quantity,
        events.unit_price,
        events.setup_fee,
        events.minimum_charge,
        events.maximum_charge,
        cast(sum(
            cast(segments.priced_units as decimal(38, 0)) * segments.price_micro
            * {{ int_div('events.denominator', 'segments.denominator') }}
        ) as decimal(38, 0)) as price_numerator
    from events
    inner join segments
        on
            events.usage_id = segments.usage_id
            and events.rating_run = segments.rating_run
    group by all
)

select * from segment_charges
