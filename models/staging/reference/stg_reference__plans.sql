-- The newest landed snapshot of plans.
with

landed as (
    select
        plan_id,
        name,
        brand,
        segment,
        payment_kind,
        service_kind,
        rate_card_id,
        fallback_plan_ids,
        coalesce(fallback_depth, 3) as fallback_depth,
        monthly_fee,
        contract_months,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'plans')) }}
)

select * from landed
