-- I12. An aggregate that left its facts is wrong everywhere it is read.
{{ config(
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
where control_id = 'I12' and not is_passed
