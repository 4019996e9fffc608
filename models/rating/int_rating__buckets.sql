-- What each plan grants, and in which order: by priority, then the shorter period, then the id. A
-- level drains after those below it; money drains after units, by the same order.
with

buckets as (
    select
        plan_id,
        bucket_id,
        service_type,
        unit = 'money' as is_money,
        quantity,
        coalesce(destination_kinds, '*any') as destination_kinds,
        coalesce(destination_ids, '*any') as destination_ids,
        coalesce(band_ids, '*any') as band_ids,
        coalesce(origin_zones, '*any') as origin_zones,
        period,
        {{ period_days('period') }} as period_days,
        coalesce(scope, 'subscription') as scope,
        pool_id,
        coalesce(scope, 'subscription') = 'subscription' and proration = 'daily' as is_prorated,
        priority,
        valid_from,
        valid_to
    from {{ ref('dim_allowances') }}
),

levelled as (
    select
        *,
        dense_rank() over (
            partition by plan_id, service_type, is_money order by priority, period_days, bucket_id
        ) as drain_level,
        dense_rank() over (order by plan_id, bucket_id, service_type, valid_from) as bucket_no
    from buckets
)

select * from levelled
