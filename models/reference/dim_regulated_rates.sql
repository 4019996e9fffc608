-- Rates that a regulator sets, by validity.
with

rates as (
    select
        instrument,
        service,
        amount_eur,
        unit,
        legal_basis,
        to_check,
        valid_from,
        valid_to
    from {{ ref('stg_reference__regulated_rates') }}
)

select * from rates
