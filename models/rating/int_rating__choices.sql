-- What prices a situation: a list of cards, a service and direction, an origin, a class of numbers
-- and a moment. Some thousands, whatever the traffic. One row per tier of its rate, so that an
-- event finds row and tier by one join.
with

-- No rate where several are equally near: said before the join below, which is by equality then.
chosen as (
    select
        *,
        case when offer_count = 1 then rate_id end as one_rate_id
    from {{ ref('int_rating__chosen') }}
),

-- How many tiers an event reaches that ends in this one; one without width counts for none.
rates as (
    select
        *,
        row_number() over (partition by rate_id order by tier_start) as tier_rank
    from {{ ref('dim_rates') }}
    where tier_start < next_tier_start
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
        coalesce(rates.tier_rank, 1) as tier_rank,
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
    left join rates on chosen.one_rate_id = rates.rate_id
)

select * from choices
