-- Whatever leads to a rate card: the plans of customers, and the agreements of partners.
with

plan_versions as (
    select
        plan_id,
        rate_card_id,
        payment_kind,
        fallback_plan_ids,
        fallback_depth,
        valid_from,
        valid_to
    from {{ ref('dim_plans') }}
    union all
    select
        agreement_id as plan_id,
        agreement_id as rate_card_id,
        cast(null as varchar) as payment_kind,
        cast(null as varchar) as fallback_plan_ids,
        0 as fallback_depth,
        valid_from,
        valid_to
    from {{ ref('dim_agreements') }}
)

select * from plan_versions
