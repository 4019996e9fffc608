-- One row per tier of a rate. Prices are whole millionths per `denominator` units, one denominator
-- for all tiers of a rate, so that any sum of them stays exact. A tier starts where the last whole
-- increment of the one below ends; one that increments swallow has no width and is never found.
-- Up to `narrow_units` charged units everything fits 64 bits; beyond, events are priced in 128.
with recursive

declared as (
    select
        rate_id,
        tier_start as declared_start,
        coalesce(
            lead(tier_start) over (partition by rate_id order by tier_start), {{ no_limit() }}
        ) as declared_next,
        row_number() over (partition by rate_id order by tier_start) as tier_no,
        unit_price,
        unit_size,
        increment,
        first_value(setup_fee) over (partition by rate_id order by tier_start) as setup_fee,
        first_value(minimum_charge) over (
            partition by rate_id order by tier_start
        ) as minimum_charge
    from {{ ref('stg_reference__rates') }}
),

denominators as (
    select
        rate_id,
        {{ common_multiple('unit_size') }} as denominator
    from declared
    group by rate_id
),

-- Where a tier really ends: at its declared end, lengthened to whole increments.
placed as (
    select
        declared.*,
        cast(0 as bigint) as tier_start,
        {{ tier_end('cast(0 as bigint)', 'declared_next', 'increment') }} as next_tier_start
    from declared
    where declared.tier_no = 1
    union all
    select
        declared.*,
        placed.next_tier_start as tier_start,
        {{ tier_end('placed.next_tier_start', 'declared.declared_next', 'declared.increment') }}
            as next_tier_start
    from declared
    inner join placed
        on
            declared.rate_id = placed.rate_id
            and declared.tier_no = placed.tier_no + 1
),

priced as (
    select
        placed.*,
        denominators.denominator,
        cast(
            cast(placed.unit_price as decimal(38, 6)) * 1000000
            * {{ int_div('denominators.denominator', 'placed.unit_size') }} as bigint
        ) as price_micro,
        cast(
            cast(placed.setup_fee as decimal(38, 6)) * 1000000 * denominators.denominator
            as decimal(38, 0)
        ) as setup_numerator,
        cast(
            cast(placed.minimum_charge as decimal(38, 6)) * 1000000 * denominators.denominator
            as decimal(38, 0)
        ) as minimum_numerator
    from placed
    inner join denominators on placed.rate_id = denominators.rate_id
),

summed as (
    select
        *,
        coalesce(
            sum(cast(next_tier_start - tier_start as decimal(20, 0)) * price_micro) over (
                partition by rate_id order by tier_no
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as price_below
    from priced
),

rates as (
    select
        *,
        cast(least(price_below, {{ narrow_limit() }}) as bigint) as numerator_below,
        case
            when
                price_below + setup_numerator + minimum_numerator >= {{ narrow_limit() }}
                or denominator > 1000000000000 then -1
            else cast(floor(
                ({{ narrow_limit() }} - price_below - setup_numerator - minimum_numerator)
                / greatest(price_micro, 1) * 0.99
            ) as bigint) - increment
        end as narrow_units
    from summed
)

select * from rates
