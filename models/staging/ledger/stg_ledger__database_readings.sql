-- One row per attempt to read a database.
with

landed as (
    select
        reading_id,
        source,
        read_at,
        outcome,
        rows_read,
        reason
    from {{ source('ledger', 'database_readings') }}
)

select * from landed
