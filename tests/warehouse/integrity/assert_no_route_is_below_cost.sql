-- RA23. Routes to look at: allowances make some of them legitimate.
{{ config(
    severity='warn',
    meta={'dagster': {'ref': {'name': 'fct_control_results'}}}
) }}

select
    control_id,
    scope_kind,
    scope_value,
    expected_value,
    actual_value,
    difference_value
from {{ ref('fct_control_results') }}
where control_id = 'RA23' and not is_passed
