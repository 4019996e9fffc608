-- Towards partners: RA16 amounts and RA16S seconds within the agreed tolerance, and the listings of
-- legs that wait (RA20L) and statements without an exchange rate (RA20X).
{{ config(access='private', contract={'enforced': false}) }}

with

judged as (
    select
        *,
        statement_id || ' ' || direction as scope_value
    from {{ ref('int_settlement__judged') }}
),

legs as (
    select
        period_month,
        sum(calls) as legs,
        sum(calls) filter (where status = 'rated') as rated_legs
    from {{ ref('int_settlement__totalled') }}
    group by period_month
),

statements as (
    select
        period_month,
        count_if(fx_rate is null) as without_rate
    from {{ ref('fct_settlement_statements') }}
    group by period_month
),

results as (
    select
        'RA16' as control_id,
        'statement direction' as scope_kind,
        scope_value,
        period_month as scope_month,
        cast(our_amount as decimal(38, 6)) as expected_value,
        cast(their_amount as decimal(38, 6)) as actual_value,
        amount_limit as tolerance_value
    from judged
    union all
    select
        'RA16S' as control_id,
        'statement direction' as scope_kind,
        scope_value,
        period_month as scope_month,
        cast(our_seconds as decimal(38, 6)) as expected_value,
        cast(their_seconds as decimal(38, 6)) as actual_value,
        seconds_limit as tolerance_value
    from judged
    union all
    select
        'RA20L' as control_id,
        'month' as scope_kind,
        strftime(period_month, '%Y-%m') as scope_value,
        period_month as scope_month,
        cast(legs as decimal(38, 6)) as expected_value,
        cast(rated_legs as decimal(38, 6)) as actual_value,
        0 as tolerance_value
    from legs
    union all
    select
        'RA20X' as control_id,
        'month' as scope_kind,
        strftime(period_month, '%Y-%m') as scope_value,
        period_month as scope_month,
        cast(0 as decimal(38, 6)) as expected_value,
        cast(without_rate as decimal(38, 6)) as actual_value,
        0 as tolerance_value
    from statements
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(coalesce(tolerance_value, 0) as decimal(38, 6)) as tolerance_value
from results
