-- The newest landed snapshot of destinations.
with

landed as (
    select
        destination_id,
        name,
        country,
        kind,
        risk_class,
        file_id
    from {{ newest_snapshot(source('reference', 'destinations')) }}
)

select * from landed
