-- Every KPI, scope and month of the data, divided once. A figure that cannot be had says why.
{{ config(access='private', contract={'enforced': false}) }}

with

components as (
    select * from {{ ref('int_executive__months') }}
    union all
    select * from {{ ref('int_executive__control_months') }}
),

kpis as (
    select * from {{ ref('dim_kpis') }}
),

data_window as (
    select * from {{ ref('int_assurance__data_window') }}
),

months as (
    select
        cast(
            unnest(generate_series(
                date_trunc('month', data_from_on), current_month, interval 1 month
            )) as date
        ) as month,
        data_to_on,
        last_complete_month
    from data_window
    where data_to_on is not null
),

scopes as (
    select
        scope_kind,
        scope_value
    from components
    group by all
),

grid as (
    select
        kpis.*,
        scopes.scope_kind,
        scopes.scope_value,
        months.*
    from kpis
    inner join scopes
        on list_contains(string_split(kpis.scopes, ';'), scopes.scope_kind)
    inner join months
        on kpis.valid_from <= last_day(months.month)
),

measured as (
    select
        grid.kpi_id,
        grid.scope_kind,
        grid.scope_value,
        grid.month,
        components.numerator,
        components.denominator,
        cast(
            case
                when components.unavailable_reason is not null then null
                when grid.denominator is null or grid.denominator = '' then components.numerator
                when grid.unit = '%'
                    then 100 * components.numerator / nullif(components.denominator, 0)
                else components.numerator / nullif(components.denominator, 0)
            end as decimal(38, 6)
        ) as actual,
        case
            when components.unavailable_reason is not null then components.unavailable_reason
            when components.numerator is null
                then 'No data of ' || grid.source_mart || ' for the month'
            when grid.denominator != '' and coalesce(components.denominator, 0) = 0
                then 'The denominator is 0: ' || lower(grid.denominator)
        end as unavailable_reason,
        grid.unit,
        grid.good_direction,
        grid.target_key,
        case
            when grid.month > grid.last_complete_month
                then 'partial: data to ' || strftime(grid.data_to_on, '%Y-%m-%d')
            else coalesce(components.quality, 'complete')
        end as quality
    from grid
    left join components
        on
            grid.kpi_id = components.kpi_id
            and grid.scope_kind = components.scope_kind
            and grid.scope_value = components.scope_value
            and grid.month = components.month
)

select * from measured
