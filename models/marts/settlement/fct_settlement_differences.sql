-- Ours less theirs, one row per cause. What is neither rounding nor a price counts as unexplained:
-- a price is evident when volumes agree, or when it is off by more than the mix of calls explains.
with

classified as (
    select
        *,
        case
            when price_amount = 0 then 'none'
            when is_other_currency then 'fx'
            when abs(price_amount) <= rounding_limit then 'rounding'
            when call_gap = 0 and second_gap_x_calls = 0 then 'rate'
            when abs(price_amount) * 100 > rate_pct * abs(single_amount) then 'rate'
            else 'unexplained'
        end as price_class,
        case their_basis when 'utc' then 'time_zone' else 'cut_off' end as boundary_class
    from {{ ref('int_settlement__classified') }}
),

partners as (
    select
        partner_id,
        tolerance_amount_pct,
        valid_from,
        valid_to
    from {{ ref('dim_partners') }}
),

split as (
    select
        *,
        'duplicate' as cause_class,
        duplicate_amount as part_amount
    from classified
    union all
    select
        *,
        boundary_class as cause_class,
        boundary_amount as part_amount
    from classified
    union all
    select
        *,
        case when call_gap > 0 then 'missing_there' else 'missing_here' end as cause_class,
        count_amount as part_amount
    from classified
    union all
    select
        *,
        'duration' as cause_class,
        duration_amount as part_amount
    from classified
    union all
    select
        *,
        price_class as cause_class,
        price_amount as part_amount
    from classified
),

identified as (
    select
        split.*,
        concat_ws(
            '-', split.statement_id, split.direction, split.service_type,
            split.destination_id, split.cause_class
        ) as difference_id,
        case when split.service_type = 'voice' then split.our_seconds else split.our_calls end
            as our_quantity,
        case when split.service_type = 'voice' then split.their_seconds else split.their_calls end
            as their_quantity,
        abs(split.difference_amount) * 100
        <= partners.tolerance_amount_pct * split.our_amount as within_tolerance
    from split
    left join partners
        on
            split.partner_id = partners.partner_id
            and last_day(split.period_month) >= partners.valid_from
            and last_day(split.period_month) < partners.valid_to
    where split.part_amount != 0
)

select
    difference_id,
    statement_id,
    partner_id,
    period_month,
    direction,
    service_type,
    destination_id,
    cause_class,
    cast(our_quantity as bigint) as our_quantity,
    cast(their_quantity as bigint) as their_quantity,
    our_amount,
    their_amount,
    cast(part_amount as decimal(18, 2)) as difference_amount,
    currency,
    coalesce(within_tolerance, false) as within_tolerance
from identified
