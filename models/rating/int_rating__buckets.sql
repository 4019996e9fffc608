-- What each plan grants to a service, and in which order: by priority, then the shorter period,
-- then the id. A level drains after those below it; money drains after units, by the same order.
with

allowances as (
    select
        *,
        unit = 'money' as is_money,
        {{ period_days('period') }} as period_days,
        -- A bucket of several services needs one order for all of them.
        case
            when bool_or(service_type = '*any') over (partition by plan_id, unit = 'money')
                then '*any'
            else service_type
        end as drained_with
    from {{ ref('dim_allowances') }}
),

levelled as (
    select
        *,
        dense_rank() over (
            partition by plan_id, drained_with, is_money
            order by priority, period_days, bucket_id
        ) as drain_level,
        dense_rank() over (order by plan_id, bucket_id, service_type, valid_from) as bucket_no
    from allowances
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
