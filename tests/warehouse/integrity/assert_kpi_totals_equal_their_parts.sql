-- K01. A total that is not its parts makes every drill-down a lie.
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
where control_id = 'K01' and not is_passed
