-- The newest landed snapshot of allowances.
with

landed as (
    select
        plan_id,
        bucket_id,
        unit,
        quantity,
        service_type,
        destination_kinds,
        period,
        scope,
        priority,
        proration,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'allowances')) }}
)

select * from landed
