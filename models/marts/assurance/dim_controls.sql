-- What is proved on every run, in words.
with

controls as (
    select * from {{ ref('controls') }}
)

select
    cast(control_id as varchar) as control_id,
    cast(name as varchar) as name,
    cast(description as varchar) as description,
    cast(identity as varchar) as identity,
    cast(
        case when unit = 'ccy' then '{{ var("reporting_currency") }}' else unit end as varchar
    ) as unit,
    cast(is_blocking as boolean) as is_blocking,
    cast(kind as varchar) as kind,
    cast(owner as varchar) as owner,
    cast(page as varchar) as page
from controls
