-- The newest landed snapshot of holidays.
with

landed as (
    select
        calendar_id,
        date,
        name,
        file_id
    from {{ newest_snapshot(source('reference', 'holidays')) }}
)

select * from landed
