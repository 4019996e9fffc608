-- One row per KPI of the contract, with its newest company-wide value where the reader may see it.
with

newest as (
    select *
    from fct_kpi_months
    where
        scope_kind = 'total'
        and not $scope_restricted
        and month = $month
)

select
    dim_kpis.kpi_id,
    dim_kpis.name,
    newest.actual,
    newest.target,
    newest.status,
    newest.unavailable_reason,
    dim_kpis.unit,
    dim_kpis.good_direction,
    dim_kpis.grain,
    dim_kpis.numerator,
    dim_kpis.denominator,
    dim_kpis.additive,
    dim_kpis.source_mart,
    dim_kpis.target_key,
    dim_kpis.reference,
    dim_kpis.owner_role,
    dim_kpis.definition,
    dim_kpis.valid_from,
    dim_kpis.version
from dim_kpis
left join newest
    on dim_kpis.kpi_id = newest.kpi_id
order by dim_kpis.name
