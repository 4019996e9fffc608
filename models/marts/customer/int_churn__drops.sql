-- One row per snapshot with a call the network dropped in the last 30 days.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshots as (
    select
        subscription_id,
        snapshot_on
    from {{ ref('int_churn__snapshots') }}
),

dropped_days as (
    select
        subscription_id,
        usage_date,
        dropped_calls
    from {{ ref('int_customer__dropped_days') }}
),

counted as (
    select
        snapshots.subscription_id,
        snapshots.snapshot_on,
        sum(dropped_days.dropped_calls) as dropped_calls_30d,
        max(dropped_days.usage_date) as last_drop_on
    from snapshots
    inner join dropped_days
        on
            snapshots.subscription_id = dropped_days.subscription_id
            and snapshots.snapshot_on >= dropped_days.usage_date
            and dropped_days.usage_date > snapshots.snapshot_on - 30
    group by snapshots.subscription_id, snapshots.snapshot_on
)

select * from counted
