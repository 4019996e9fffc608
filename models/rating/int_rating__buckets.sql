-- What each plan grants, with the level at which it drains: a bucket waits for all that stand before
-- it in any plan and service it shares with them. By priority, then the shorter period, then id.
with recursive

allowances as (
    select
        *,
        case
            when period = 'day' then 1
            when period = 'cycle' then 31
            when period = 'one_off' then 100000
            else cast(split_part(period, ' ', 1) as integer)
        end as period_days,
        case when scope = 'pool' then pool_id else bucket_id end as drain_id
    from {{ ref('dim_allowances') }}
    where unit <> 'money'
),

-- Two allowances of one plan and service, of which the first drains first.
pairs as (
    select distinct
        earlier.drain_id as earlier_id,
        later.drain_id as later_id
    from allowances as earlier
    inner join allowances as later
        on
            earlier.plan_id = later.plan_id
            and earlier.service_type = later.service_type
            and earlier.drain_id <> later.drain_id
    where
        (earlier.priority, earlier.period_days, earlier.bucket_id)
        < (later.priority, later.period_days, later.bucket_id)
),

steps as (
    select
        drain_id,
        1 as step
    from allowances
    union
    select
        pairs.later_id as drain_id,
        steps.step + 1 as step
    from steps
    inner join pairs on steps.drain_id = pairs.earlier_id
    where steps.step <= {{ var('allowance_ranks') }}
),

levels as (
    select
        drain_id,
        max(step) as drain_level
    from steps
    group by drain_id
),

buckets as (
    select
        allowances.plan_id,
        allowances.bucket_id,
        allowances.service_type,
        allowances.quantity,
        coalesce(allowances.destination_kinds, '*any') as destination_kinds,
        coalesce(allowances.destination_ids, '*any') as destination_ids,
        coalesce(allowances.band_ids, '*any') as band_ids,
        coalesce(allowances.origin_zones, '*any') as origin_zones,
        allowances.period,
        allowances.period_days,
        coalesce(allowances.scope, 'subscription') as scope,
        allowances.pool_id,
        coalesce(allowances.proration, 'none') as proration,
        allowances.valid_from,
        allowances.valid_to,
        levels.drain_level,
        -- One number for all rows that are one bucket: a pool is shared by plans, a grant is not.
        dense_rank() over (
            order by
                allowances.drain_id, allowances.valid_from,
                case when allowances.scope = 'subscription' then allowances.plan_id end
        ) as bucket_no
    from allowances
    inner join levels on allowances.drain_id = levels.drain_id
)

select * from buckets
