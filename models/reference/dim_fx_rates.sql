-- Exchange rates by type and validity.
with

fx_rates as (
    select
        from_currency,
        to_currency,
        rate_type,
        valid_from,
        valid_to,
        rate
    from {{ ref('stg_reference__fx_rates') }}
)

select * from fx_rates
