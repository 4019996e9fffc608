-- Every KPI component of every family but the controls, which are proved from these.
{{ config(access='protected', contract={'enforced': false}) }}

with

months as (
    select * from {{ ref('int_executive__customer_months') }}
    union all
    select * from {{ ref('int_executive__money_months') }}
    union all
    select * from {{ ref('int_executive__network_months') }}
    union all
    select * from {{ ref('int_executive__assurance_months') }}
)

select
    month,
    scope_kind,
    scope_value,
    kpi_id,
    numerator,
    denominator,
    unavailable_reason,
    quality
from months
