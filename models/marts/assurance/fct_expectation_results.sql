-- What the landing expected of each batch and saw.
with

results as (
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
    from {{ ref('stg_ledger__expectations') }}
)

select
    md5(concat_ws('|', batch_id, suite, expectation, coalesce(column_name, ''), kwargs))
        as expectation_result_id,
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
from results
