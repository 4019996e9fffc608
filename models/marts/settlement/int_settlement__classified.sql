-- One column per cause. Each step takes its part off the difference; what is left has no evidence.
-- Averages are taken in whole micro-units, so that no step is a floating point number.
{{ config(access='private', contract={'enforced': false}) }}

with

compared as (select * from {{ ref('int_settlement__compared') }}),

limits as (
    select
        max(evidence_limit) filter (where cause_class = 'rate') as rate_pct,
        max(evidence_limit) filter (where cause_class = 'rounding') as minor_unit
    from {{ ref('difference_classes') }}
),

without_copies as (
    select
        *,
        -copied_amount as duplicate_amount,
        our_amount - their_amount as difference_amount,
        their_calls - copied_calls as single_calls,
        their_seconds - copied_seconds as single_seconds,
        their_amount - copied_amount as single_amount
    from compared
),

-- A month boundary is evidence only when calls and seconds then agree to the last one.
on_their_basis as (
    select
        *,
        case
            when single_calls in (0, our_calls) and single_seconds in (0, our_seconds) then 'local'
            when single_calls = utc_calls and single_seconds = utc_seconds then 'utc'
            when single_calls = end_calls and single_seconds = end_seconds then 'end'
            else 'local'
        end as their_basis
    from without_copies
),

moved as (
    select
        *,
        case their_basis when 'utc' then utc_calls when 'end' then end_calls else our_calls
        end as calls,
        case their_basis when 'utc' then utc_seconds when 'end' then end_seconds else our_seconds
        end as seconds,
        case their_basis when 'utc' then utc_amount when 'end' then end_amount else our_exact_amount
        end as exact_amount
    from on_their_basis
),

counted as (
    select
        *,
        cast(our_exact_amount - exact_amount as decimal(18, 2)) as boundary_amount,
        cast(exact_amount * 1000000 as hugeint) as exact_micro,
        calls - single_calls as call_gap,
        case
            when single_calls = 0 then cast(exact_amount as decimal(18, 2))
            when calls = 0 then -single_amount
            else cast(
                {{ function('rounded_ratio') }}(exact_micro * call_gap, calls * 10000, 'half_up')
                as decimal(16, 0)
            ) * cast(0.01 as decimal(2, 2))
        end as count_amount,
        -- Seconds beyond those of the missing calls, times the calls to stay whole.
        case
            when calls = 0 or single_calls = 0 or seconds = 0 then 0
            else cast((seconds - single_seconds) * calls - call_gap * seconds as hugeint)
        end as second_gap_x_calls
    from moved
),

measured as (
    select
        *,
        case
            when second_gap_x_calls = 0 then cast(0 as decimal(18, 2))
            else cast(
                {{ function('rounded_ratio') }}(
                    exact_micro * second_gap_x_calls, seconds * calls * 10000, 'half_up'
                ) as decimal(16, 0)
            ) * cast(0.01 as decimal(2, 2))
        end as duration_amount
    from counted
)

select
    measured.statement_id,
    measured.partner_id,
    measured.period_month,
    measured.currency,
    measured.direction,
    measured.service_type,
    measured.destination_id,
    measured.our_calls,
    measured.our_seconds,
    measured.our_amount,
    measured.their_calls,
    measured.their_seconds,
    measured.their_amount,
    measured.single_amount,
    measured.is_other_currency,
    measured.their_basis,
    measured.call_gap,
    measured.second_gap_x_calls,
    measured.difference_amount,
    measured.duplicate_amount,
    measured.boundary_amount,
    measured.count_amount,
    measured.duration_amount,
    limits.rate_pct,
    measured.difference_amount - measured.duplicate_amount - measured.boundary_amount
    - measured.count_amount - measured.duration_amount as price_amount,
    limits.minor_unit * (measured.our_lines + measured.their_lines + 1) as rounding_limit
from measured
cross join limits
