-- The exact charge of what is plain, in one step of 64-bit arithmetic and not yet divided.
{{ config(materialized='view', event_time='started_local') }}

with

-- What is drawn is taken from the start, so the first unit paid for may lie in an earlier tier.
drawn as (
    select
        sized.*,
        coalesce(drawn.free_quantity, 0) as free_quantity,
        case
            when sized.is_plain and coalesce(drawn.free_quantity, 0) < sized.tier_start
                then sized.rate_id
        end as earlier_rate_id
    from {{ ref('int_rating__sized') }} as sized
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
        coalesce(earlier.unit_price, drawn.unit_price) as plain_unit_price,
        case when drawn.is_plain then {{ function('charge_numerator') }}(
            {{ function('price_to_position') }}(
                drawn.charged_quantity, drawn.tier_start, drawn.numerator_below, drawn.price_micro
            ) - {{ function('price_to_position') }}(
                drawn.free_quantity,
                coalesce(earlier.tier_start, drawn.tier_start),
                coalesce(earlier.numerator_below, drawn.numerator_below),
                coalesce(earlier.price_micro, drawn.price_micro)
            ),
            drawn.charged_quantity,
            drawn.free_quantity,
            case when drawn.is_continued then 0 else drawn.setup_numerator end,
            drawn.minimum_numerator,
            drawn.maximum_numerator
        ) end as plain_numerator
    from drawn
    left join rates as earlier
        on
            drawn.earlier_rate_id = earlier.rate_id
            and drawn.free_quantity >= earlier.tier_start
            and drawn.free_quantity < earlier.next_tier_start
)

select * from charged
