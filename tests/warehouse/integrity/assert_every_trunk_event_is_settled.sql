-- RA20L. Legs that wait for a trunk, an agreement or a rate.
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
where control_id = 'RA20L' and not is_passed
