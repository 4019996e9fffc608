-- One row per subscription in force at a month's end, as it stood then, with its eligibility.
{{ config(access='protected', contract={'enforced': false}) }}

with

-- A snapshot is the end of a whole local month; the open month has none.
snapshot_days as (
    select
        month,
        month_end as snapshot_on
    from {{ ref('int_customer__months') }}
    where is_complete
),

versions as (
    select
        subscription_id,
        customer_id,
        account_id,
        plan_id,
        status,
        service_kind,
        home_cell_id,
        contract_end_on,
        activated_on,
        valid_from_on,
        valid_to_on
    from {{ ref('dim_subscriptions') }}
    where status != 'terminated'
),

accounts as (
    select
        account_id,
        segment,
        region,
        payment_kind
    from {{ ref('dim_accounts') }}
),

label_rules as (
    select
        label_rule_id,
        gap_days,
        horizon_days,
        minimum_tenure_days,
        valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ ref('churn_label_rules') }}
),

leaving as (
    select
        subscription_id,
        cast({{ local_time('min(ordered_at)') }} as date) as leaving_since
    from {{ ref('stg_tmf__product_order_items') }}
    where action = 'delete' and order_state not in ('cancelled', 'rejected', 'failed')
    group by subscription_id
),

use_months as (
    select
        subscription_id,
        month,
        is_active
    from {{ ref('int_customer__subscription_months') }}
),

snapshots as (
    select
        versions.subscription_id,
        snapshot_days.snapshot_on,
        snapshot_days.month,
        versions.customer_id,
        versions.account_id,
        accounts.segment,
        accounts.region,
        accounts.payment_kind,
        versions.service_kind,
        versions.plan_id,
        versions.home_cell_id,
        versions.contract_end_on,
        versions.activated_on,
        versions.valid_from_on as version_from_on,
        label_rules.label_rule_id,
        label_rules.gap_days,
        label_rules.horizon_days,
        snapshot_days.snapshot_on - versions.activated_on as tenure_days,
        case
            when versions.status != 'active' then 'not_active'
            when
                snapshot_days.snapshot_on - versions.activated_on
                < label_rules.minimum_tenure_days then 'too_new'
            when leaving.leaving_since <= snapshot_days.snapshot_on then 'leaving'
            when coalesce(use_months.is_active, 0) = 0 then 'inactive'
        end as ineligible_reason
    from versions
    inner join snapshot_days
        on
            versions.valid_from_on <= snapshot_days.snapshot_on
            and versions.valid_to_on > snapshot_days.snapshot_on
    inner join accounts on versions.account_id = accounts.account_id
    inner join label_rules
        on
            snapshot_days.snapshot_on >= label_rules.valid_from
            and snapshot_days.snapshot_on < label_rules.valid_to
    left join leaving on versions.subscription_id = leaving.subscription_id
    left join use_months
        on
            versions.subscription_id = use_months.subscription_id
            and snapshot_days.month = use_months.month
)

select * from snapshots
