-- What a subscription pays per month and which rate card prices its usage.
with

plans as (
    select
        plan_id,
        name,
        brand,
        segment,
        payment_kind,
        service_kind,
        rate_card_id,
        monthly_fee,
        contract_months,
        fallback_plan_ids,
        fallback_depth,
        valid_from,
        valid_to
    from {{ ref('stg_reference__plans') }}
)

select * from plans
