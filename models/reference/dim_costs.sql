-- Operating cost per month and type.
with

costs as (
    select
        month,
        cost_type,
        amount,
        currency
    from {{ ref('stg_reference__costs') }}
)

select * from costs
