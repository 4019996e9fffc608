-- Exceptions out of measured figures: targets missed, churn that jumped, cells that served badly.
{{ config(access='private', contract={'enforced': false}) }}

with

data_window as (
    select * from {{ ref('int_assurance__data_window') }}
),

kpi_months as (
    select
        kpi_months.*,
        kpis.name,
        kpis.owner_role
    from {{ ref('fct_kpi_months') }} as kpi_months
    inner join {{ ref('dim_kpis') }} as kpis
        on kpi_months.kpi_id = kpis.kpi_id
    inner join data_window
        on kpi_months.month = data_window.last_complete_month
),

spike as (
    select
        max(limit_value) filter (where threshold_id = 'churn_spike_ratio') as ratio,
        max(limit_value) filter (where threshold_id = 'churn_spike_min_churned') as min_churned
    from {{ ref('network_thresholds') }}
),

missed as (
    select
        'target_off' as kind,
        kpi_id || ' ' || scope_value as subject,
        last_day(month) as detected_on,
        name || ' of ' || scope_value || ' is off its target' as title,
        cast(actual as decimal(18, 2)) || ' ' || unit || ' in ' || strftime(month, '%Y-%m')
        || ' against a target of ' || cast(target as decimal(18, 2)) as detail,
        null as value_amount,
        null as currency,
        owner_role,
        'executive' as page,
        'kpi_id=' || kpi_id || '&scope=' || scope_value as filter_query,
        abs(actual - target) as weight
    from kpi_months
    where status = 'off_track'
),

churned as (
    select
        'churn_spike' as kind,
        kpi_months.scope_kind || ' ' || kpi_months.scope_value as subject,
        last_day(kpi_months.month) as detected_on,
        'Churn of ' || kpi_months.scope_value || ' jumped' as title,
        cast(kpi_months.actual as decimal(18, 2)) || ' % after '
        || cast(kpi_months.previous as decimal(18, 2)) || ' % the month before' as detail,
        null as value_amount,
        null as currency,
        kpi_months.owner_role,
        'customers' as page,
        'scope=' || kpi_months.scope_value as filter_query,
        kpi_months.actual - kpi_months.previous as weight
    from kpi_months
    cross join spike
    where
        kpi_months.kpi_id = 'gross_churn_pct'
        and kpi_months.numerator >= spike.min_churned
        and kpi_months.actual > kpi_months.previous * spike.ratio
),

cells as (
    select
        cell_days.cell_id,
        cell_days.region,
        count(*) as days,
        max(cell_days.measured_on) as last_on,
        max(cell_days.customers_affected) as customers_affected
    from {{ ref('fct_cell_days') }} as cell_days
    inner join data_window
        on
            cell_days.measured_on > data_window.data_to_on - 31
            and cell_days.measured_on <= data_window.data_to_on
    where cell_days.customers_affected > 0
    group by all
),

degraded as (
    select
        'cell_degraded' as kind,
        cell_id as subject,
        last_on as detected_on,
        'Cell ' || cell_id || ' in ' || region || ' served badly' as title,
        days || ' of the last 31 days, up to ' || customers_affected
        || ' customers a day' as detail,
        null as value_amount,
        null as currency,
        'CTO' as owner_role,
        'network' as page,
        'cell_id=' || cell_id as filter_query,
        customers_affected * days as weight
    from cells
)

select * from missed
union all
select * from churned
union all
select * from degraded
