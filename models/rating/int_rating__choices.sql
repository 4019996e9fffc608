-- The one row that prices a situation: a list of cards, a service and direction, an origin, a class
-- of numbers and a moment. Some thousands, whatever the traffic. One row per tier of its rate,
-- so that an event finds row and tier by one join.
{% set situation %}
card_list_id, service_type, direction, origin_zone, is_friend, class_id, moment_id
{% endset %}
with

-- The first card that offers anything, and in it the nearest route.
nearest as (
    select
        *,
        rank() over (partition by {{ situation }} order by card_position, route_rank) as nearness
    from {{ ref('int_rating__candidates') }}
),

weighed as (
    select
        *,
        max(weight) over (partition by {{ situation }}, destination_id) as destination_weight
    from nearest
    where nearness = 1
),

-- Several destinations may share a prefix: the heaviest, then the one declared first.
placed as (
    select
        *,
        dense_rank() over (
            partition by {{ situation }} order by destination_weight desc, route_no asc
        ) as destination_rank
    from weighed
),

ranked as (
    select
        *,
        rank() over (
            partition by {{ situation }}
            order by is_named_origin desc, is_named_band desc, weight desc, band_starts_s desc
        ) as offer_rank
    from placed
    where destination_rank = 1
),

chosen as (
    select
        *,
        count(*) over (partition by {{ situation }}) as offer_count,
        row_number() over (partition by {{ situation }} order by rate_id) as offer_no
    from ranked
    where offer_rank = 1
),

-- A row for any number leaves the event the destination its number says.
choices as (
    select
        chosen.card_list_id,
        chosen.service_type,
        chosen.direction,
        chosen.origin_zone,
        chosen.is_friend,
        chosen.class_id,
        chosen.moment_id,
        case
            when chosen.offer_count > 1 then 'ambiguous_rate'
            when rates.rate_id is null then 'no_rate'
        end as choice_reason,
        nullif(chosen.destination_id, '*any') as destination_id,
        chosen.destination_kind,
        chosen.prefix_length,
        chosen.rate_card_id,
        chosen.band_id,
        rates.rate_id,
        chosen.rounding_mode,
        chosen.rounding_decimals,
        {{ rounding_micro('chosen.rounding_mode', 'chosen.rounding_decimals') }} as rounding_micro,
        chosen.maximum_charge,
        chosen.band_edge_rule,
        chosen.currency,
        chosen.tax_class,
        -- How many tiers an event reaches that ends in this one; one without width counts for none.
        row_number() over (
            partition by
                chosen.card_list_id, chosen.service_type, chosen.direction,
                chosen.origin_zone, chosen.is_friend, chosen.class_id, chosen.moment_id
            order by rates.tier_start
        ) as tier_rank,
        coalesce(rates.tier_start, 0) as tier_start,
        coalesce(rates.next_tier_start, {{ no_limit() }}) as next_tier_start,
        rates.increment,
        rates.unit_price,
        rates.price_micro,
        rates.numerator_below,
        cast(least(rates.setup_numerator, {{ narrow_limit() }}) as bigint) as setup_numerator,
        cast(least(rates.minimum_numerator, {{ narrow_limit() }}) as bigint) as minimum_numerator,
        cast(least(
            coalesce(
                cast(chosen.maximum_charge as decimal(38, 6)) * 1000000 * rates.denominator,
                {{ narrow_limit() }}
            ), {{ narrow_limit() }}
        ) as bigint) as maximum_numerator,
        rates.denominator,
        rates.denominator
        * {{ rounding_micro('chosen.rounding_mode', 'chosen.rounding_decimals') }} as divisor,
        rates.narrow_units
    from chosen
    left join {{ ref('dim_rates') }} as rates
        on
            chosen.offer_count = 1
            and chosen.rate_id = rates.rate_id
            and rates.tier_start < rates.next_tier_start
    where chosen.offer_no = 1
)

select * from choices
