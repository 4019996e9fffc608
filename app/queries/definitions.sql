-- One row per KPI of the contract of this generation, for the Definitions sheet of every export.
select
    kpi_id,
    name,
    unit,
    good_direction,
    grain,
    numerator,
    denominator,
    source_mart,
    owner_role,
    definition,
    version
from dim_kpis
order by kpi_id
