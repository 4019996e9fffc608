-- Every control and scope: what should be, what is, and whether that may be. Passing is decided
-- here and nowhere else.
with

measured as (
    select * from {{ ref('int_assurance__files') }}
    union all
    select * from {{ ref('int_assurance__file_totals') }}
    union all
    select * from {{ ref('int_assurance__records') }}
    union all
    select * from {{ ref('int_assurance__events') }}
    union all
    select * from {{ ref('int_assurance__money') }}
    union all
    select * from {{ ref('int_assurance__bills') }}
    union all
    select * from {{ ref('int_assurance__commitments') }}
    union all
    select * from {{ ref('int_assurance__allowances') }}
    union all
    select * from {{ ref('int_assurance__receivables') }}
    union all
    select * from {{ ref('int_assurance__settlement') }}
    union all
    select * from {{ ref('int_assurance__partners') }}
    union all
    select * from {{ ref('int_assurance__trunks') }}
    union all
    select * from {{ ref('int_assurance__roaming') }}
    union all
    select * from {{ ref('int_assurance__network') }}
    union all
    select * from {{ ref('int_assurance__aggregates') }}
    union all
    select * from {{ ref('int_assurance__leg_sums') }}
    union all
    select * from {{ ref('int_assurance__revenue') }}
    union all
    select * from {{ ref('int_assurance__kpis') }}
    union all
    select * from {{ ref('int_assurance__closed_months') }}
    union all
    select * from {{ ref('int_assurance__adjustments') }}
),

controls as (
    select * from {{ ref('dim_controls') }}
),

data_window as (
    select data_to_at from {{ ref('int_assurance__data_window') }}
),

judged as (
    select
        measured.*,
        controls.name as control_name,
        controls.is_blocking,
        controls.unit,
        data_window.data_to_at as checked_at,
        cast(measured.actual_value - measured.expected_value as decimal(38, 6)) as difference_value
    from measured
    inner join controls
        on measured.control_id = controls.control_id
    cross join data_window
)

select
    md5(concat_ws('|', control_id, scope_kind, scope_value)) as control_result_id,
    control_id,
    control_name,
    scope_kind,
    scope_value,
    scope_month,
    expected_value,
    actual_value,
    difference_value,
    tolerance_value,
    abs(difference_value) <= tolerance_value as is_passed,
    is_blocking,
    unit,
    checked_at
from judged
