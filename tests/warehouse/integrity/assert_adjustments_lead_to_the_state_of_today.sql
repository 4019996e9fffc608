-- RR01. An adjustment that does not lead from what was billed to what is charged now bills the
-- wrong sum.
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
where control_id = 'RR01' and not is_passed
