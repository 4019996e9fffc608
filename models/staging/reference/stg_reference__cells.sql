-- The newest landed snapshot of cells.
with

landed as (
    select
        cell_id,
        site_id,
        region,
        technology,
        latitude,
        longitude,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'cells')) }}
)

select * from landed
