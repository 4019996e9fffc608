-- Operating cost per month and type.
with

costs as (
    select
        month,
        cost_type,
        amount,
        currency,
        valid_from,
        valid_to
    from {{ ref('stg_reference__costs') }}
)

select * from costs
