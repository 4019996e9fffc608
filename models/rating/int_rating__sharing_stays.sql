-- Stays under a plan that a grant counts and an event's own stay does not show: of subscriptions
-- that were under the plan more than once, and of all who share a bucket whose rest goes on.
with

buckets as (
    select * from {{ ref('int_rating__buckets') }}
),

counted as (
    select
        *,
        count(*) over (partition by subscription_id, plan_id) as stays
    from {{ ref('int_rating__plan_stays') }}
),

returned as (
    select
        'subscription' as scope,
        subscription_id as scope_id,
        plan_id,
        plan_from,
        plan_to
    from counted
    where stays > 1
),

shared as (
    select
        plan_id,
        scope,
        pool_id
    from buckets
    where
        periods_back > 0
        and scope <> 'subscription'
    group by plan_id, scope, pool_id
),

-- Whether anybody was there is all that matters here, so those who overlap need no merging.
members as (
    select
        shared.scope,
        case shared.scope when 'pool' then shared.pool_id else held.account_id end as scope_id,
        held.plan_id,
        cast({{ local_time('held.valid_from') }} as date) as plan_from,
        cast({{ local_time('held.valid_to') }} as date) as plan_to
    from {{ ref('dim_subscriptions') }} as held
    inner join shared on held.plan_id = shared.plan_id
    where held.status <> 'terminated'
),

sharing_stays as (
    select * from returned
    union all
    select distinct * from members
)

select * from sharing_stays
