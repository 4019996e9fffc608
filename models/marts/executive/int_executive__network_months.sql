-- Numerator and denominator of the network KPIs, and how complete the counters behind them are.
{{ config(access='protected', contract={'enforced': false}) }}

with

cell_days as (
    select
        cast(date_trunc('month', measured_on) as date) as month,
        coalesce(region, 'unknown') as region,
        granules_expected,
        granules_received,
        suspect_granules,
        erab_abnormal_releases,
        erab_successes + erab_added as erab_set_up,
        measured_s,
        unavailable_s
    from {{ ref('fct_cell_days') }}
),

summed as (
    select
        month,
        case when grouping(region) = 0 then 'region' else 'total' end as scope_kind,
        case when grouping(region) = 0 then region else 'total' end as scope_value,
        sum(granules_expected) as granules_expected,
        sum(granules_received) - sum(suspect_granules) as granules_used,
        sum(erab_abnormal_releases) as erab_abnormal_releases,
        sum(erab_set_up) as erab_set_up,
        sum(measured_s) as measured_s,
        sum(measured_s) - sum(unavailable_s) as available_s
    from cell_days
    group by grouping sets ((month), (month, region))
),

described as (
    select
        *,
        case
            when granules_used < granules_expected
                then 'counters: ' || granules_used || ' of ' || granules_expected || ' hours'
        end as quality,
        case when granules_used = 0 then 'No usable cell counters in the month' end
            as unavailable_reason
    from summed
)

select
    month,
    scope_kind,
    scope_value,
    'call_drop_pct' as kpi_id,
    cast(erab_abnormal_releases as decimal(38, 6)) as numerator,
    cast(erab_set_up as decimal(38, 6)) as denominator,
    unavailable_reason,
    quality
from described
union all
select
    month,
    scope_kind,
    scope_value,
    'availability_pct' as kpi_id,
    cast(available_s as decimal(38, 6)) as numerator,
    cast(measured_s as decimal(38, 6)) as denominator,
    unavailable_reason,
    quality
from described
