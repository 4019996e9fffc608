-- Whoever holds a number, SIM, trunk or network, with the plan or agreement they hold it under.
with

held as (
    select
        value_token as holder_key,
        owner_count,
        subscription_id,
        account_id,
        customer_id,
        cast(null as varchar) as partner_id,
        plan_id,
        valid_from,
        valid_to
    from {{ ref('int_rating__owners') }}
    union all
    select
        holder_key,
        1 as owner_count,
        cast(null as varchar) as subscription_id,
        cast(null as varchar) as account_id,
        cast(null as varchar) as customer_id,
        partner_id,
        agreement_id as plan_id,
        valid_from,
        valid_to
    from {{ ref('int_rating__partner_holders') }}
)

select * from held
