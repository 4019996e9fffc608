-- One row per plan and snapshot: its fee and what the cheapest comparable plan would save.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshot_days as (
    select month_end as snapshot_on
    from {{ ref('int_customer__months') }}
    where is_complete
),

plans as (
    select
        plan_id,
        segment,
        payment_kind,
        service_kind,
        monthly_fee,
        valid_from,
        valid_to
    from {{ ref('dim_plans') }}
),

included as (
    select
        plan_id,
        service_type,
        quantity,
        valid_from,
        valid_to
    from {{ ref('dim_allowances') }}
),

offered as (
    select
        snapshot_days.snapshot_on,
        plans.plan_id,
        plans.segment,
        plans.payment_kind,
        plans.service_kind,
        any_value(plans.monthly_fee) as monthly_fee,
        coalesce(sum(included.quantity) filter (where included.service_type = 'data'), 0)
            as included_bytes,
        coalesce(sum(included.quantity) filter (where included.service_type = 'voice'), 0)
            as included_s
    from snapshot_days
    inner join plans
        on
            snapshot_days.snapshot_on >= plans.valid_from
            and snapshot_days.snapshot_on < plans.valid_to
    left join included
        on
            plans.plan_id = included.plan_id
            and snapshot_days.snapshot_on >= included.valid_from
            and snapshot_days.snapshot_on < included.valid_to
    group by
        snapshot_days.snapshot_on, plans.plan_id, plans.segment, plans.payment_kind,
        plans.service_kind
),

-- Comparable: same segment, payment and service, no less data and no less voice included.
gaps as (
    select
        offered.snapshot_on,
        offered.plan_id,
        offered.monthly_fee,
        offered.monthly_fee - min(others.monthly_fee) as plan_price_gap
    from offered
    inner join offered as others
        on
            offered.snapshot_on = others.snapshot_on
            and offered.segment = others.segment
            and offered.payment_kind = others.payment_kind
            and offered.service_kind = others.service_kind
            and offered.included_bytes <= others.included_bytes
            and offered.included_s <= others.included_s
    group by offered.snapshot_on, offered.plan_id, offered.monthly_fee
)

select * from gaps
