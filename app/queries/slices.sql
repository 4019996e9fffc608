-- One row per segment or region a reader may choose.
select distinct
    scope_kind,
    scope_value
from fct_kpi_months
where
    (scope_kind = 'segment' and ($scope_segments is null or list_contains($scope_segments::varchar[], scope_value)))
    or (scope_kind = 'region' and ($scope_regions is null or list_contains($scope_regions::varchar[], scope_value)))
order by scope_kind, scope_value
