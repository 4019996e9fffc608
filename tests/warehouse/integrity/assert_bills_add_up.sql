-- RA10. A bill that does not add up may not be sent.
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
where control_id = 'RA10' and not is_passed
