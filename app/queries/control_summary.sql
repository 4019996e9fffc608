-- One row per control: scopes checked, scopes failed, largest difference.
select
    fct_control_results.control_id,
    any_value(fct_control_results.control_name) as control_name,
    count(*) as scopes,
    count(*) filter (where not fct_control_results.is_passed) as failed,
    max(abs(fct_control_results.difference_value)) as largest_difference,
    any_value(fct_control_results.unit) as unit,
    bool_or(fct_control_results.is_blocking) as is_blocking,
    any_value(dim_controls.owner) as owner,
    any_value(dim_controls.kind) as kind,
    any_value(dim_controls.identity) as identity
from fct_control_results
left join dim_controls
    on fct_control_results.control_id = dim_controls.control_id
group by fct_control_results.control_id
order by failed desc, control_id
