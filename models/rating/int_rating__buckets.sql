-- What each plan grants to a service, and in which order: by priority, then what earlier periods
-- left, then the shorter period, then the id. A level drains after those below it; money drains
-- after units, by the same order. What is left of a period is a row per period it goes on for.
with

allowances as (
    select
        *,
        unit = 'money' as is_money,
        {{ period_days('period') }} as period_days,
        case
            when rollover_max > 0 and period <> 'one_off' then rollover_periods
            else 0
        end as carried_periods,
        -- A bucket of several services needs one order for all of them.
        case
            when bool_or(service_type = '*any') over (partition by plan_id, unit = 'money')
                then '*any'
            else service_type
        end as drained_with
    from {{ ref('dim_allowances') }}
),

-- How finely a plan's usage must be taken in turn: what is left of a period has to be known before
-- the next one is drained. Null: no period outlives a month, and all can be drained at once.
turned as (
    select
        *,
        case
            when bool_or(carried_periods > 0 and period <> 'cycle') over sharing then 'day'
            when bool_or(carried_periods > 0) over sharing then 'month'
            when bool_or(period not in ('cycle', 'day')) over sharing then 'once'
        end as turn,
        unnest(generate_series(0, carried_periods)) as periods_back
    from allowances
    window sharing as (partition by plan_id, is_money)
),

levelled as (
    select
        *,
        dense_rank() over (
            partition by plan_id, drained_with, is_money
            order by
                priority, case when periods_back > 0 then 0 else 1 end, period_days, bucket_id,
                -periods_back
        ) as drain_level,
        dense_rank() over (order by plan_id, bucket_id, service_type, valid_from) as bucket_no
    from turned
),

buckets as (
    select
        levelled.plan_id,
        levelled.bucket_id,
        services.service_type,
        levelled.is_money,
        levelled.quantity,
        levelled.destination_kinds,
        levelled.destination_ids,
        levelled.band_ids,
        levelled.origin_zones,
        levelled.period,
        levelled.scope,
        levelled.pool_id,
        levelled.rollover_max,
        cast(levelled.carried_periods as integer) as carried_periods,
        cast(levelled.periods_back as integer) as periods_back,
        levelled.turn,
        levelled.scope = 'subscription' and levelled.proration = 'daily' as is_prorated,
        levelled.valid_from,
        levelled.valid_to,
        levelled.drain_level,
        levelled.bucket_no
    from levelled
    inner join {{ ref('int_rating__services') }} as services
        on levelled.service_type in (services.service_type, '*any')
)

select * from buckets
