-- Which events a bucket may cover, whose it is, in which of its periods, and what that grants.
{{ config(materialized='view', event_time='started_local') }}

with

sized as (
    select * from {{ ref('int_rating__sized') }}
    where
        rating_run = 'retail'
        and direction = 'out'
        and reason_code is null
        and charged_quantity > 0
        and zero_rated_reason is null
),

eligible as (
    select
        sized.usage_id,
        sized.started_at,
        sized.started_local,
        sized.usage_date,
        sized.subscription_id,
        sized.account_id,
        sized.plan_id,
        sized.charged_quantity,
        sized.plan_from,
        sized.plan_to,
        buckets.bucket_id,
        buckets.bucket_no,
        buckets.drain_level,
        buckets.quantity,
        buckets.proration,
        buckets.valid_from,
        buckets.valid_to,
        buckets.period,
        buckets.period_days,
        case buckets.scope
            when 'account' then sized.account_id
            when 'pool' then buckets.pool_id
            else sized.subscription_id
        end as scope_id,
        greatest(buckets.valid_from, sized.plan_from) as counted_from
    from sized
    inner join {{ ref('int_rating__buckets') }} as buckets
        on
            sized.plan_id = buckets.plan_id
            and sized.service_type = buckets.service_type
            and sized.usage_date >= buckets.valid_from
            and sized.usage_date < buckets.valid_to
            and {{ is_listed('sized.destination_kind', 'buckets.destination_kinds') }}
            and {{ is_listed('sized.destination_id', 'buckets.destination_ids') }}
            and {{ is_listed('sized.band_id', 'buckets.band_ids') }}
            and {{ is_listed('sized.origin_zone', 'buckets.origin_zones') }}
),

timed as (
    select
        *,
        case
            when period = 'cycle' then {{ month_of('usage_date') }}
            when period = 'day' then usage_date
            when period = 'one_off' then valid_from
            else {{ days_after(
                'counted_from',
                int_div(days_between('counted_from', 'usage_date'), 'period_days') ~ ' * period_days'
            ) }}
        end as period_start
    from eligible
),

bounded as (
    select
        *,
        case
            when period = 'cycle' then {{ next_month('period_start') }}
            when period = 'one_off' then valid_to
            else {{ days_after('period_start', 'period_days') }}
        end as period_end
    from timed
),

covered as (
    select
        *,
        case
            when proration = 'daily' then {{ function('prorated_quantity') }}(
                quantity,
                {{ days_between(
                    'greatest(period_start, plan_from)', 'least(period_end, plan_to)'
                ) }},
                {{ days_between('period_start', 'period_end') }}
            )
            else quantity
        end as granted_quantity
    from bounded
)

select * from covered
