-- The newest landed snapshot of rates.
with

landed as (
    select
        rate_id,
        tier_start,
        unit_price,
        unit_size,
        increment,
        coalesce(setup_fee, 0) as setup_fee,
        coalesce(minimum_charge, 0) as minimum_charge,
        file_id
    from {{ newest_snapshot(source('reference', 'rates')) }}
)

select * from landed
