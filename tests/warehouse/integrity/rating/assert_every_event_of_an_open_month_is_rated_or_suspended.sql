-- By service and direction, which the daily controls do not see. What came to a closed month is
-- weighed by RA05 and RA07.
with

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

rated as (
    select
        service_type,
        direction,
        count(*) as events
    from {{ ref('fct_rated_usage') }}
    where
        {{ stands_for_event() }}
        and usage_month not in (select closed_months.month from closed_months)
    group by service_type, direction
),

used as (
    select
        service_type,
        direction,
        count(*) as events
    from {{ ref('fct_usage_events') }}
    where
        cast(date_trunc('month', usage_date) as date)
        not in (select closed_months.month from closed_months)
    group by service_type, direction
)

select
    rated.*,
    used.*
from rated
full outer join used
    on
        rated.service_type is not distinct from used.service_type
        and rated.direction is not distinct from used.direction
where coalesce(rated.events, 0) <> coalesce(used.events, 0)
