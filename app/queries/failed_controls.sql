-- One row per control that failed in this generation, with the words of its definition.
select
    fct_control_results.control_id,
    any_value(fct_control_results.control_name) as control_name,
    any_value(dim_controls.identity) as identity,
    any_value(dim_controls.description) as description,
    bool_or(fct_control_results.is_blocking) as is_blocking,
    any_value(dim_controls.kind) as kind,
    count(*) as failures
from fct_control_results
left join dim_controls
    on fct_control_results.control_id = dim_controls.control_id
where not fct_control_results.is_passed
group by fct_control_results.control_id
order by is_blocking desc, control_id
