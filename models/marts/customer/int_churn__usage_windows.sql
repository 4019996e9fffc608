-- One row per snapshot: use and charges of the last 30 days and of the 90 days before them.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshots as (
    select
        subscription_id,
        snapshot_on
    from {{ ref('int_churn__snapshots') }}
),

days as (
    select
        subscription_id,
        usage_date,
        own_events,
        calls,
        voice_s,
        data_bytes,
        charge_amount
    from {{ ref('int_customer__usage_days') }}
),

legs as (
    select
        subscription_id,
        usage_date,
        in_amount_eur - out_amount_eur as interconnect_amount
    from {{ ref('int_settlement__subscription_days') }}
),

aged as (
    select
        snapshots.subscription_id,
        snapshots.snapshot_on,
        days.usage_date,
        days.usage_date > snapshots.snapshot_on - 30 as is_recent,
        days.own_events,
        days.calls,
        days.voice_s,
        days.data_bytes,
        days.charge_amount
    from snapshots
    inner join days
        on
            snapshots.subscription_id = days.subscription_id
            and snapshots.snapshot_on >= days.usage_date
            and days.usage_date > snapshots.snapshot_on - 120
),

used as (
    select
        subscription_id,
        snapshot_on,
        max(usage_date) as last_usage_on,
        max(usage_date) filter (where own_events > 0) as last_own_use_on,
        sum(calls) filter (where is_recent) as calls_30d,
        sum(voice_s) filter (where is_recent) as voice_s_30d,
        sum(voice_s) filter (where not is_recent) as voice_s_before,
        sum(data_bytes) filter (where is_recent) as data_bytes_30d,
        sum(data_bytes) filter (where not is_recent) as data_bytes_before,
        sum(charge_amount) filter (where is_recent) as charge_30d_amount,
        sum(charge_amount) filter (where not is_recent) as charge_before_amount,
        sum(charge_amount) filter (where usage_date > snapshot_on - 90) as charge_90d_amount
    from aged
    group by subscription_id, snapshot_on
),

exchanged as (
    select
        snapshots.subscription_id,
        snapshots.snapshot_on,
        sum(legs.interconnect_amount) as interconnect_90d_amount
    from snapshots
    inner join legs
        on
            snapshots.subscription_id = legs.subscription_id
            and snapshots.snapshot_on >= legs.usage_date
            and legs.usage_date > snapshots.snapshot_on - 90
    group by snapshots.subscription_id, snapshots.snapshot_on
),

windows as (
    select
        used.*,
        coalesce(exchanged.interconnect_90d_amount, 0) as interconnect_90d_amount
    from used
    left join exchanged
        on
            used.subscription_id = exchanged.subscription_id
            and used.snapshot_on = exchanged.snapshot_on
)

select * from windows
