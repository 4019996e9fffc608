-- One row per snapshot with a ticket in the last 90 days.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshots as (
    select
        subscription_id,
        snapshot_on
    from {{ ref('int_churn__snapshots') }}
),

tickets as (
    select
        subscription_id,
        ticket_id,
        opened_on
    from {{ ref('int_customer__tickets') }}
),

opened as (
    select
        snapshots.subscription_id,
        snapshots.snapshot_on,
        count(*) as tickets_90d,
        max(tickets.opened_on) as last_ticket_on
    from snapshots
    inner join tickets
        on
            snapshots.subscription_id = tickets.subscription_id
            and snapshots.snapshot_on >= tickets.opened_on
            and tickets.opened_on > snapshots.snapshot_on - 90
    group by snapshots.subscription_id, snapshots.snapshot_on
)

select * from opened
