-- One row per subscription and month-end snapshot: what was known by the end of that day.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshots as (
    select * from {{ ref('int_churn__snapshots') }}
),

late_bills as (
    select
        account_id,
        month,
        max(days_past_due) as overdue_days
    from {{ ref('int_billing__claim_months') }}
    where open_amount > 0
    group by account_id, month
),

gathered as (
    select
        snapshots.subscription_id,
        snapshots.snapshot_on,
        snapshots.customer_id,
        snapshots.account_id,
        snapshots.segment,
        snapshots.region,
        snapshots.payment_kind,
        snapshots.service_kind,
        snapshots.plan_id,
        snapshots.contract_end_on,
        snapshots.label_rule_id,
        snapshots.ineligible_reason,
        snapshots.tenure_days,
        snapshots.contract_end_on - snapshots.snapshot_on as days_to_contract_end,
        windows.calls_30d,
        drops.dropped_calls_30d,
        windows.voice_s_30d,
        windows.voice_s_before,
        windows.data_bytes_30d,
        windows.data_bytes_before,
        snapshots.snapshot_on - windows.last_own_use_on as days_since_use,
        plans.plan_price_gap,
        quality.home_cell_drop_pct,
        coalesce(care.tickets_90d, 0) as tickets_90d,
        coalesce(late_bills.overdue_days, 0) as overdue_days,
        coalesce(plans.monthly_fee, 0) as monthly_fee,
        coalesce(plans.monthly_fee, 0) + coalesce(windows.charge_30d_amount, 0)
            as monthly_charge_amount,
        windows.charge_before_amount,
        -- How many of the 90 days before the last 30 were lived through and are in the data.
        least(
            greatest(
                least(snapshots.tenure_days, snapshots.snapshot_on - data_to.data_from) - 30, 0
            ), 90
        ) as days_before,
        coalesce(plans.monthly_fee, 0) + cast(
            (coalesce(windows.charge_90d_amount, 0) + coalesce(windows.interconnect_90d_amount, 0))
            * 30 / least(
                greatest(
                    least(snapshots.tenure_days, snapshots.snapshot_on - data_to.data_from) + 1, 1
                ), 90
            ) as decimal(18, 6)
        ) as monthly_margin_amount,
        greatest(
            snapshots.version_from_on, windows.last_usage_on, quality.last_measured_on,
            care.last_ticket_on, drops.last_drop_on
        ) as latest_fact_on
    from snapshots
    cross join {{ ref('int_billing__data_to') }} as data_to
    left join {{ ref('int_churn__usage_windows') }} as windows
        on
            snapshots.subscription_id = windows.subscription_id
            and snapshots.snapshot_on = windows.snapshot_on
    left join {{ ref('int_churn__plan_gaps') }} as plans
        on
            snapshots.plan_id = plans.plan_id
            and snapshots.snapshot_on = plans.snapshot_on
    left join {{ ref('int_churn__quality') }} as quality
        on
            snapshots.home_cell_id = quality.cell_id
            and snapshots.snapshot_on = quality.snapshot_on
    left join {{ ref('int_churn__care') }} as care
        on
            snapshots.subscription_id = care.subscription_id
            and snapshots.snapshot_on = care.snapshot_on
    left join {{ ref('int_churn__drops') }} as drops
        on
            snapshots.subscription_id = drops.subscription_id
            and snapshots.snapshot_on = drops.snapshot_on
    left join late_bills
        on snapshots.account_id = late_bills.account_id and snapshots.month = late_bills.month
)

select * from gathered
