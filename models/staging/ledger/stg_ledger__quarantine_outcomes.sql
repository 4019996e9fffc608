-- One row per action of the desk and record or file it touched; record_no is empty for a file.
with

landed as (
    select
        action_id,
        file_id,
        record_no,
        outcome,
        reason_code,
        detail,
        usage_id,
        rating_run
    from {{ source('ledger', 'quarantine_outcomes') }}
)

select * from landed
