-- The newest landed snapshot of rate_cards.
with

landed as (
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
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'rate_cards')) }}
)

select * from landed
