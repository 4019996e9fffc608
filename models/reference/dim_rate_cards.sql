-- Which rate a service, direction, destination and band takes.
with

rate_cards as (
    select
        rate_card_id,
        service_type,
        direction,
        destination_id,
        band_set_id,
        band_id,
        rate_id,
        weight,
        rounding_mode,
        rounding_decimals,
        currency,
        tax_class,
        origin_zone,
        maximum_charge,
        maximum_charge_policy,
        band_edge_rule,
        valid_from,
        valid_to
    from {{ ref('stg_reference__rate_cards') }}
)

select * from rate_cards
