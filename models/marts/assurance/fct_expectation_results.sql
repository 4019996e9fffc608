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
),

-- A suite checks several tables of its feed with the same expectation.
numbered as (
    select
        *,
        row_number() over (
            partition by batch_id, suite, expectation, column_name, kwargs
            order by run_at, observed, success
        ) as table_no
    from results
)

select
    md5(concat_ws(
        '|', batch_id, suite, expectation, coalesce(column_name, ''), kwargs, table_no
    )) as expectation_result_id,
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
from numbered
