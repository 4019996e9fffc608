-- RR05. Events of closed months that wait for trunkline rerate: listed, nobody is charged
-- meanwhile.
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
where control_id = 'RR05' and not is_passed
