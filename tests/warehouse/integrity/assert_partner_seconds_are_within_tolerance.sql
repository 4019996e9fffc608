-- RA16S. A partner measures otherwise: it warns and shows in the statement.
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
where control_id = 'RA16S' and not is_passed
