-- The local months whose bills are final. None while nothing was closed.
with

closed_months as (
    select
        month,
        generation,
        tariff_hash,
        closed_at
    from {{ ref('stg_rating__closes') }}
)

select * from closed_months
