-- The newest landed snapshot of origin_zones.
with

landed as (
    select
        origin_zone,
        kind,
        value,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'origin_zones')) }}
)

select * from landed
