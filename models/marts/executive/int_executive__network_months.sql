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
        cell_days.month,
        scopes.scope_kind,
        scopes.scope_value,
        sum(cell_days.granules_expected) as granules_expected,
        sum(cell_days.granules_received) - sum(cell_days.suspect_granules) as granules_used,
        sum(cell_days.erab_abnormal_releases) as erab_abnormal_releases,
        sum(cell_days.erab_set_up) as erab_set_up,
        sum(cell_days.measured_s) as measured_s,
        sum(cell_days.measured_s) - sum(cell_days.unavailable_s) as available_s
    from cell_days
    cross join
        lateral (
            values
            ('total', 'total'),
            ('region', cell_days.region)
        ) as scopes (scope_kind, scope_value)
    group by cell_days.month, scopes.scope_kind, scopes.scope_value
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
