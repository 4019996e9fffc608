-- One row per control result; failures first.
select
    fct_control_results.control_id,
    fct_control_results.control_name,
    fct_control_results.scope_kind,
    fct_control_results.scope_value,
    fct_control_results.expected_value,
    fct_control_results.actual_value,
    fct_control_results.difference_value,
    fct_control_results.tolerance_value,
    fct_control_results.unit,
    fct_control_results.is_passed,
    fct_control_results.is_blocking,
    dim_controls.owner,
    dim_controls.identity
from fct_control_results
left join dim_controls
    on fct_control_results.control_id = dim_controls.control_id
where not $scope_restricted
order by
    fct_control_results.is_passed,
    fct_control_results.control_id,
    fct_control_results.scope_kind,
    fct_control_results.scope_value
limit $row_limit
