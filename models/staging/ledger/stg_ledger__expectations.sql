-- One row per expectation and batch.
with

landed as (
    select
        suite,
        feed,
        batch_id,
        run_at,
        expectation,
        column_name,
        severity,
        success,
        observed,
        kwargs
    from {{ source('ledger', 'expectations') }}
)

select * from landed
