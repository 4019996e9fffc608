-- One row per closed month.
with

landed as (
    select
        month,
        generation,
        tariff_hash,
        rated_rows,
        charge_amount,
        bills,
        total_amount,
        closed_at
    from {{ source('rating', 'closes') }}
)

select * from landed
