-- What a plan, or any plan, takes off the price of some usage.
with

discounts as (
    select
        plan_id,
        service_type,
        destination_kinds,
        band_ids,
        discount_pct,
        priority,
        valid_from,
        valid_to
    from {{ ref('stg_reference__discounts') }}
)

select * from discounts
