-- The KPI contract of this generation: cards, help texts and exports read the same row.
with

kpis as (
    select * from {{ ref('kpis') }}
)

select
    cast(kpi_id as varchar) as kpi_id,
    cast(name as varchar) as name,
    cast(owner_role as varchar) as owner_role,
    cast(
        case when unit = 'ccy' then '{{ var("reporting_currency") }}' else unit end as varchar
    ) as unit,
    cast(good_direction as varchar) as good_direction,
    cast(grain as varchar) as grain,
    cast(numerator as varchar) as numerator,
    cast(denominator as varchar) as denominator,
    cast(additive as varchar) as additive,
    cast(valid_from as date) as valid_from,
    cast(source_mart as varchar) as source_mart,
    cast(target_key as varchar) as target_key,
    cast(reference as varchar) as reference,
    cast(definition as varchar) as definition,
    cast(version as integer) as version,
    cast(scopes as varchar) as scopes
from kpis
