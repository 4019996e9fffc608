-- I12 for cells: cell days equal the hours they were summed from.
{{ config(access='private', contract={'enforced': false}) }}

with

hours as (
    select
        cast(date_trunc('month', measured_on) as date) as month,
        count(*) as granules,
        sum(rrc_attempts) as rrc_attempts,
        sum(erab_abnormal_releases) as erab_abnormal_releases,
        sum(unavailable_s) as unavailable_s
    from {{ ref('int_network__cell_hours') }}
    group by all
),

days as (
    select
        cast(date_trunc('month', measured_on) as date) as month,
        sum(granules_received) as granules,
        sum(rrc_attempts) as rrc_attempts,
        sum(erab_abnormal_releases) as erab_abnormal_releases,
        sum(unavailable_s) as unavailable_s
    from {{ ref('fct_cell_days') }}
    group by all
),

joined as (
    select
        hours.month,
        strftime(hours.month, '%Y-%m') as scope_value,
        hours.granules,
        hours.rrc_attempts,
        hours.erab_abnormal_releases,
        hours.unavailable_s,
        days.granules as day_granules,
        days.rrc_attempts as day_rrc_attempts,
        days.erab_abnormal_releases as day_erab_abnormal_releases,
        days.unavailable_s as day_unavailable_s
    from hours
    left join days
        on hours.month = days.month
),

results as (
    select
        'I12' as control_id,
        'month, cell granules' as scope_kind,
        scope_value,
        month as scope_month,
        cast(granules as decimal(38, 6)) as expected_value,
        cast(day_granules as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'I12' as control_id,
        'month, cell RRC attempts' as scope_kind,
        scope_value,
        month as scope_month,
        cast(rrc_attempts as decimal(38, 6)) as expected_value,
        cast(day_rrc_attempts as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'I12' as control_id,
        'month, cell drops' as scope_kind,
        scope_value,
        month as scope_month,
        cast(erab_abnormal_releases as decimal(38, 6)) as expected_value,
        cast(day_erab_abnormal_releases as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'I12' as control_id,
        'month, cell downtime' as scope_kind,
        scope_value,
        month as scope_month,
        cast(unavailable_s as decimal(38, 6)) as expected_value,
        cast(day_unavailable_s as decimal(38, 6)) as actual_value
    from joined
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
