-- Each KPI beside its month before, its year before and its target, judged in its own direction.
with

measured as (
    select * from {{ ref('int_executive__measured') }}
),

targets as (
    select
        kpi_id,
        scope_kind,
        scope_value,
        month,
        target,
        watch_limit,
        off_limit
    from {{ ref('dim_kpi_targets') }}
),

compared as (
    select
        measured.*,
        before.actual as previous,
        year_before.actual as same_month_last_year,
        cast(targets.target as decimal(38, 6)) as target,
        cast(targets.watch_limit as decimal(38, 6)) as watch_limit,
        cast(targets.off_limit as decimal(38, 6)) as off_limit
    from measured
    left join measured as before
        on
            measured.kpi_id = before.kpi_id
            and measured.scope_kind = before.scope_kind
            and measured.scope_value = before.scope_value
            and measured.month = before.month + interval 1 month
    left join measured as year_before
        on
            measured.kpi_id = year_before.kpi_id
            and measured.scope_kind = year_before.scope_kind
            and measured.scope_value = year_before.scope_value
            and measured.month = year_before.month + interval 1 year
    left join targets
        on
            measured.target_key = targets.kpi_id
            and measured.scope_kind = targets.scope_kind
            and measured.scope_value = targets.scope_value
            and measured.month = targets.month
),

-- Down and zero are judged from above, up from below; a KPI of context has no colour.
judged as (
    select
        *,
        case
            when actual is null or watch_limit is null or off_limit is null then 'no_target'
            when good_direction = 'up' and actual >= watch_limit then 'on_track'
            when good_direction = 'up' and actual >= off_limit then 'watch'
            when good_direction = 'up' then 'off_track'
            when good_direction = 'down' and actual <= watch_limit then 'on_track'
            when good_direction = 'down' and actual <= off_limit then 'watch'
            when good_direction = 'down' then 'off_track'
            when good_direction = 'zero' and abs(actual) <= watch_limit then 'on_track'
            when good_direction = 'zero' and abs(actual) <= off_limit then 'watch'
            when good_direction = 'zero' then 'off_track'
            else 'no_target'
        end as status
    from compared
)

select
    kpi_id,
    scope_kind,
    scope_value,
    month,
    numerator,
    denominator,
    actual,
    previous,
    same_month_last_year,
    target,
    watch_limit,
    off_limit,
    status,
    unit,
    actual is not null as is_available,
    case when actual is null then unavailable_reason end as unavailable_reason,
    quality
from judged
