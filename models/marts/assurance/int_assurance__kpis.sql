-- K01: the numerator of every KPI that has segments or regions equals the sum of its parts.
-- Numerators always add up; ratios are divided after adding.
{{ config(access='private', contract={'enforced': false}) }}

with

months as (
    select
        kpi_id,
        scope_kind,
        month,
        sum(numerator) as numerator
    from {{ ref('int_executive__months') }}
    group by all
),

wholes as (
    select * from months
    where scope_kind = 'total'
),

parts as (
    select * from months
    where scope_kind != 'total'
),

results as (
    select
        'K01' as control_id,
        'kpi, sum of ' || parts.scope_kind || 's' as scope_kind,
        wholes.kpi_id || ' ' || strftime(wholes.month, '%Y-%m') as scope_value,
        wholes.month as scope_month,
        cast(wholes.numerator as decimal(38, 6)) as expected_value,
        cast(parts.numerator as decimal(38, 6)) as actual_value
    from wholes
    inner join parts
        on
            wholes.kpi_id = parts.kpi_id
            and wholes.month = parts.month
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
