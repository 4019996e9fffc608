-- The newest landed snapshot of zero_rated.
with

landed as (
    select
        coalesce(plan_id, '*any') as plan_id,
        coalesce(service_type, '*any') as service_type,
        coalesce(access_point, '*any') as access_point,
        coalesce(destination_id, '*any') as destination_id,
        reason,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'zero_rated')) }}
)

select * from landed
