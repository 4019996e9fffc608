-- One row per subscription and snapshot: the model's features as numbers, beside the label.
{{ config(access='protected', contract={'enforced': false}) }}
-- depends_on: {{ ref('churn_reasons') }}

with

facts as (
    select
        *,
        -- What the 90 days before would be in 30 days; too few known days give no opinion.
        case when days_before >= 30 then 30.0 / days_before end as to_30_days
    from {{ ref('int_churn__features') }}
),

labels as (
    select
        subscription_id,
        snapshot_on,
        is_known,
        is_censored,
        is_churned
    from {{ ref('int_churn__labels') }}
),

peers as (
    select
        snapshot_on,
        segment,
        payment_kind,
        service_kind,
        cast(avg(monthly_charge_amount) as double) as mean_charge
    from facts
    group by snapshot_on, segment, payment_kind, service_kind
),

networks as (
    select
        snapshot_on,
        cast(avg(home_cell_drop_pct) as double) as mean_drop_pct
    from {{ ref('int_churn__quality') }}
    group by snapshot_on
),

rated as (
    select
        facts.subscription_id,
        facts.snapshot_on,
        facts.customer_id,
        facts.label_rule_id,
        facts.segment,
        facts.ineligible_reason is null as is_eligible,
        labels.is_known,
        labels.is_censored,
        labels.is_churned,
        cast(facts.tenure_days as double) as tenure_days,
        cast(facts.days_to_contract_end as double) as days_to_contract_end,
        cast(facts.monthly_charge_amount as double) as monthly_charge,
        cast(facts.monthly_charge_amount as double) / nullif(
            cast(facts.monthly_fee as double)
            + cast(facts.charge_before_amount as double) * facts.to_30_days, 0
        ) as charge_to_own_mean,
        cast(facts.monthly_charge_amount as double) / nullif(peers.mean_charge, 0)
            as charge_to_segment_mean,
        coalesce(facts.voice_s_30d, 0) / 60.0 as voice_min_30d,
        coalesce(facts.data_bytes_30d, 0) / 1e9 as data_gb_30d,
        coalesce(facts.voice_s_30d, 0)
        / nullif(facts.voice_s_before * facts.to_30_days, 0) as voice_trend,
        coalesce(facts.data_bytes_30d, 0)
        / nullif(facts.data_bytes_before * facts.to_30_days, 0) as data_trend,
        cast(coalesce(facts.dropped_calls_30d, 0) as double) as dropped_calls_30d,
        -- Quarters of the month's mean: finer steps would tell cells apart, not their quality.
        round(4 * cast(facts.home_cell_drop_pct as double) / nullif(networks.mean_drop_pct, 0)) / 4
            as home_cell_to_network,
        cast(facts.tickets_90d as double) as tickets_90d,
        cast(facts.plan_price_gap as double) as plan_price_gap,
        cast(facts.overdue_days as double) as overdue_days,
        cast(facts.days_since_use as double) as days_since_use,
        cast(facts.segment = 'business' as double) as is_business,
        cast(facts.payment_kind = 'prepaid' as double) as is_prepaid,
        cast(facts.service_kind = 'fixed' as double) as is_fixed
    from facts
    inner join labels
        on
            facts.subscription_id = labels.subscription_id
            and facts.snapshot_on = labels.snapshot_on
    left join networks on facts.snapshot_on = networks.snapshot_on
    inner join peers
        on
            facts.snapshot_on = peers.snapshot_on
            and facts.segment = peers.segment
            and facts.payment_kind = peers.payment_kind
            and facts.service_kind = peers.service_kind
)

select * from rated
