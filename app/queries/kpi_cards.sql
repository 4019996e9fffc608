-- One row per KPI of one month and slice, with the chosen basis and the distance to it.
with

allowed as (
    select *
    from fct_kpi_months
    where
        (scope_kind = 'total' and not $scope_restricted)
        or (
            scope_kind = 'segment'
            and ($scope_segments is null or list_contains($scope_segments::varchar[], scope_value))
            and $scope_regions is null
        )
        or (
            scope_kind = 'region'
            and ($scope_regions is null or list_contains($scope_regions::varchar[], scope_value))
            and $scope_segments is null
        )
),

chosen as (
    select
        *,
        case $basis
            when 'Previous month' then previous
            when 'Same month last year' then same_month_last_year
            else target
        end as basis_value
    from allowed
    where
        month = $month
        and scope_kind = $slice_kind
        and ($slice_kind = 'total' or scope_value = $slice_value)
)

select
    dim_kpis.kpi_id,
    dim_kpis.name,
    dim_kpis.definition,
    dim_kpis.numerator as formula_numerator,
    dim_kpis.denominator as formula_denominator,
    dim_kpis.unit,
    dim_kpis.good_direction,
    dim_kpis.owner_role,
    dim_kpis.source_mart,
    chosen.actual,
    chosen.basis_value,
    chosen.actual - chosen.basis_value as delta,
    100 * (chosen.actual - chosen.basis_value) / nullif(abs(chosen.basis_value), 0) as delta_pct,
    chosen.target,
    100 * chosen.actual / nullif(abs(chosen.target), 0) as target_pct,
    chosen.actual - chosen.target as target_gap,
    chosen.status,
    coalesce(chosen.is_available, false) as is_available,
    chosen.unavailable_reason,
    chosen.quality
from dim_kpis
left join chosen
    on dim_kpis.kpi_id = chosen.kpi_id
where list_contains($kpi_ids::varchar[], dim_kpis.kpi_id)
