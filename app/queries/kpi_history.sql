-- One row per KPI and month, the 13 months that end with the chosen one.
select
    kpi_id,
    month,
    actual,
    same_month_last_year,
    target
from fct_kpi_months
where
    list_contains($kpi_ids::varchar[], kpi_id)
    and month <= $month
    and month > $month::date - interval 13 month
    and is_available
    and scope_kind = $slice_kind
    and ($slice_kind = 'total' or scope_value = $slice_value)
    and ($slice_kind <> 'total' or not $scope_restricted)
    and (
        $scope_segments is null
        or (scope_kind = 'segment' and list_contains($scope_segments::varchar[], scope_value))
    )
    and (
        $scope_regions is null
        or (scope_kind = 'region' and list_contains($scope_regions::varchar[], scope_value))
    )
order by kpi_id, month
