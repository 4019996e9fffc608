-- Which rate an agreement gives a direction, service, destination and band.
with

agreement_rates as (
    select
        agreement_id,
        direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        valid_from,
        valid_to
    from {{ ref('stg_reference__agreement_rates') }}
)

select * from agreement_rates
