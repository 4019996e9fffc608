-- RA21: receivables roll forward from month to month and fall into ageing buckets without a rest.
{{ config(access='private', contract={'enforced': false}) }}

with

ar_months as (
    select
        month,
        sum(opening_amount) as opening_amount,
        sum(billed_amount) as billed_amount,
        sum(paid_amount) as paid_amount,
        sum(closing_amount) as closing_amount,
        sum(unapplied_amount) as unapplied_amount,
        sum(
            bucket_0_amount + bucket_1_30_amount + bucket_31_60_amount + bucket_61_90_amount
            + bucket_91_120_amount + bucket_over_120_amount
        ) as bucket_amount
    from {{ ref('fct_ar_months') }}
    group by month
),

followed as (
    select
        *,
        strftime(month, '%Y-%m') as scope_value,
        coalesce(lag(closing_amount) over (order by month), 0) as previous_closing_amount
    from ar_months
),

results as (
    select
        'RA21' as control_id,
        'month, roll-forward' as scope_kind,
        scope_value,
        month as scope_month,
        cast(opening_amount + billed_amount - paid_amount as decimal(38, 6)) as expected_value,
        cast(closing_amount as decimal(38, 6)) as actual_value
    from followed
    union all
    select
        'RA21' as control_id,
        'month, opening = closing before' as scope_kind,
        scope_value,
        month as scope_month,
        cast(previous_closing_amount as decimal(38, 6)) as expected_value,
        cast(opening_amount as decimal(38, 6)) as actual_value
    from followed
    union all
    select
        'RA21' as control_id,
        'month, buckets' as scope_kind,
        scope_value,
        month as scope_month,
        cast(closing_amount as decimal(38, 6)) as expected_value,
        cast(bucket_amount - unapplied_amount as decimal(38, 6)) as actual_value
    from followed
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
