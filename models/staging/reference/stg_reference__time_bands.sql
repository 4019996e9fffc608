-- The newest landed snapshot of time_bands.
with

landed as (
    select
        band_set_id,
        band_id,
        weekdays,
        holiday,
        starts_at,
        weight,
        time_zone,
        file_id
    from {{ newest_snapshot(source('reference', 'time_bands')) }}
)

select * from landed
