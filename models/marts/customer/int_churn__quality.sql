-- One row per cell and snapshot: how often sessions dropped there in the last 30 days.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshot_days as (
    select month_end as snapshot_on
    from {{ ref('int_customer__months') }}
    where is_complete
),

cell_days as (
    select
        cell_id,
        measured_on,
        erab_successes,
        erab_added,
        erab_abnormal_releases
    from {{ ref('fct_cell_days') }}
),

-- A cell without counters stays without a value: unknown, not good.
measured as (
    select
        snapshot_days.snapshot_on,
        cell_days.cell_id,
        max(cell_days.measured_on) as last_measured_on,
        cast(
            100 * sum(cell_days.erab_abnormal_releases)
            / nullif(sum(cell_days.erab_successes + cell_days.erab_added), 0) as decimal(9, 4)
        ) as home_cell_drop_pct
    from snapshot_days
    inner join cell_days
        on
            snapshot_days.snapshot_on >= cell_days.measured_on
            and cell_days.measured_on > snapshot_days.snapshot_on - 30
    group by snapshot_days.snapshot_on, cell_days.cell_id
)

select * from measured
