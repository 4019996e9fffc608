-- I13. A grant that does not add up was granted twice, lost, or drawn beyond what it held.
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
where control_id = 'I13' and not is_passed
