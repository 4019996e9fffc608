-- Tax rates by class and validity.
with

taxes as (
    select
        tax_class,
        rate_pct,
        rounding,
        level,
        valid_from,
        valid_to
    from {{ ref('stg_reference__taxes') }}
)

select * from taxes
