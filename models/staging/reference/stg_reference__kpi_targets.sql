-- The newest landed snapshot of kpi_targets.
with

landed as (
    select
        kpi_id,
        scope_kind,
        scope_value,
        month,
        target,
        watch_limit,
        off_limit,
        source,
        approver,
        file_id
    from {{ newest_snapshot(source('reference', 'kpi_targets')) }}
)

select * from landed
