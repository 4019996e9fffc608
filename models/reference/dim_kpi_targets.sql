-- Targets and limits per KPI, scope and month.
with

kpi_targets as (
    select
        kpi_id,
        scope_kind,
        scope_value,
        month,
        target,
        watch_limit,
        off_limit,
        source,
        approver
    from {{ ref('stg_reference__kpi_targets') }}
)

select * from kpi_targets
