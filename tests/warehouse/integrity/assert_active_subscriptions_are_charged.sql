-- RA11. A list of what is not charged; a product without a valid plan is on it.
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
where control_id = 'RA11' and not is_passed
