-- The newest landed snapshot of discounts.
with

landed as (
    select
        coalesce(plan_id, '*any') as plan_id,
        coalesce(service_type, '*any') as service_type,
        coalesce(destination_kinds, '*any') as destination_kinds,
        coalesce(band_ids, '*any') as band_ids,
        discount_pct,
        priority,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'discounts')) }}
)

select * from landed
