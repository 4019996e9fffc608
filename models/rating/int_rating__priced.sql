-- The exact charge of every request, as a whole number over its denominator: nothing is divided yet.
{{ config(materialized='view', event_time='started_local') }}

with

sized as (
    select * from {{ ref('int_rating__sized') }}
),

-- What is drawn is taken from the start, so the first unit paid for may lie in an earlier tier.
drawn as (
    select
        sized.*,
        coalesce(drawn.free_quantity, 0) as free_quantity,
        case
            when coalesce(drawn.free_quantity, 0) < sized.tier_start and sized.segment_count = 0
                then sized.rate_id
        end as earlier_rate_id
    from sized
    left join {{ ref('int_rating__drawn') }} as drawn
        on
            sized.usage_id = drawn.usage_id
            and sized.rating_run = drawn.rating_run
),

rates as (
    select
        rate_id,
        tier_start,
        next_tier_start,
        numerator_below,
        price_micro,
        unit_price
    from {{ ref('dim_rates') }}
),

charged as (
    select
        drawn.*,
        coalesce(segment_charges.denominator, drawn.denominator) as charge_denominator,
        coalesce(segment_charges.unit_price, earlier.unit_price, drawn.unit_price)
            as first_unit_price,
        case when drawn.zero_rated_reason is not null then 0 else {{ function('charge_numerator') }}(
            coalesce(
                segment_charges.numerator,
                {{ function('price_to_position') }}(
                    drawn.charged_quantity, drawn.tier_start, drawn.numerator_below,
                    drawn.price_micro
                ) - {{ function('price_to_position') }}(
                    drawn.free_quantity,
                    coalesce(earlier.tier_start, drawn.tier_start),
                    coalesce(earlier.numerator_below, drawn.numerator_below),
                    coalesce(earlier.price_micro, drawn.price_micro)
                )
            ),
            coalesce({{ int_div('segment_charges.denominator', 'drawn.denominator') }}, 1),
            drawn.charged_quantity,
            drawn.free_quantity,
            case when drawn.is_continued then 0 else drawn.setup_numerator end,
            drawn.minimum_numerator,
            drawn.maximum_numerator
        ) end as charge_numerator
    from drawn
    left join rates as earlier
        on
            drawn.earlier_rate_id = earlier.rate_id
            and drawn.free_quantity >= earlier.tier_start
            and drawn.free_quantity < earlier.next_tier_start
    left join {{ ref('int_rating__segment_charges') }} as segment_charges
        on
            drawn.usage_id = segment_charges.usage_id
            and drawn.rating_run = segment_charges.rating_run
),

priced as (
    select
        *,
        charge_denominator * rounding_micro as divisor
    from charged
)

select * from priced
