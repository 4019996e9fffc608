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
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'kpi_targets')) }}
)

select * from landed
