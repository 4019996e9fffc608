-- Usage that is free under a plan and draws no allowance: by access point or by destination.
with

zero_rated as (
    select
        plan_id,
        service_type,
        access_point,
        destination_id,
        reason,
        valid_from,
        valid_to
    from {{ ref('stg_reference__zero_rated') }}
)

select * from zero_rated
