-- A control without a single result proves nothing. Before any usage has landed there is none.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_control_results'}}}) }}

with

results as (
    select control_id from {{ ref('fct_control_results') }}
    group by control_id
),

data_window as (
    select data_to_on from {{ ref('int_assurance__data_window') }}
    where data_to_on is not null
)

select controls.control_id
from {{ ref('dim_controls') }} as controls
cross join data_window
left join results
    on controls.control_id = results.control_id
where results.control_id is null and controls.is_blocking
