-- One row per tier of a rate, with what the tiers below it cost, so that any number of tiers is
-- priced by looking up one row: price of the first x units = below + (x - tier_start) * unit_price.
with

tiers as (
    select
        rate_id,
        tier_start,
        coalesce(
            lead(tier_start) over (partition by rate_id order by tier_start),
            {{ no_limit() }}
        ) as next_tier_start,
        unit_price,
        unit_size,
        increment,
        first_value(setup_fee) over (partition by rate_id order by tier_start) as setup_fee,
        first_value(minimum_charge) over (
            partition by rate_id order by tier_start
        ) as minimum_charge
    from {{ ref('stg_reference__rates') }}
),

rates as (
    select
        rate_id,
        tier_start,
        next_tier_start,
        unit_price,
        unit_size,
        increment,
        setup_fee,
        minimum_charge,
        cast(coalesce(
            sum(cast(next_tier_start - tier_start as decimal(20, 0)) * unit_price) over (
                partition by rate_id order by tier_start
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as decimal(38, 6)) as price_below
    from tiers
)

select * from rates
