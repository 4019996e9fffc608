-- What a subscription is charged at most in a period under a plan.
with

charge_caps as (
    select
        plan_id,
        service_type,
        period,
        cap_amount,
        valid_from,
        valid_to
    from {{ ref('stg_reference__charge_caps') }}
)

select * from charge_caps
