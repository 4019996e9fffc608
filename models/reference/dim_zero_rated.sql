-- Access points that are free under a plan and draw no allowance, one row per plan.
with

listed as (
    select
        plan_id,
        service_type,
        access_point,
        reason,
        valid_from,
        valid_to
    from {{ ref('stg_reference__zero_rated') }}
),

zero_rated as (
    select
        plans.plan_id,
        listed.service_type,
        listed.access_point,
        listed.reason,
        listed.valid_from,
        listed.valid_to
    from listed
    inner join (select plan_id from {{ ref('dim_plans') }} group by plan_id) as plans
        on listed.plan_id in (plans.plan_id, '*any')
)

select * from zero_rated
