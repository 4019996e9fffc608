-- Controls passed of controls evaluated, by the month their scope lies in. Results about the whole
-- belong to the last month; listings name cases and are left out.
{{ config(access='private', contract={'enforced': false}) }}

with

results as (
    select
        control_id,
        is_passed,
        scope_month
    from {{ ref('fct_control_results') }}
),

controls as (
    select
        control_id,
        kind
    from {{ ref('dim_controls') }}
),

data_window as (
    select current_month from {{ ref('int_assurance__data_window') }}
),

placed as (
    select
        coalesce(results.scope_month, data_window.current_month) as month,
        results.is_passed
    from results
    inner join controls
        on results.control_id = controls.control_id
    cross join data_window
    where controls.kind != 'list'
),

counted as (
    select
        month,
        count_if(is_passed) as passed,
        count(*) as evaluated
    from placed
    group by month
)

select
    month,
    'total' as scope_kind,
    'total' as scope_value,
    'control_pass_pct' as kpi_id,
    cast(passed as decimal(38, 6)) as numerator,
    cast(evaluated as decimal(38, 6)) as denominator,
    cast(null as varchar) as unavailable_reason,
    cast(null as varchar) as quality
from counted
