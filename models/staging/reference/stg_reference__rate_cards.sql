-- The newest landed snapshot of rate_cards.
with

landed as (
    select
        rate_card_id,
        service_type,
        coalesce(direction, 'out') as direction,
        coalesce(origin_zone, '*any') as origin_zone,
        coalesce(destination_id, '*any') as destination_id,
        band_set_id,
        coalesce(band_id, '*any') as band_id,
        rate_id,
        weight,
        coalesce(rounding_mode, 'half_up') as rounding_mode,
        rounding_decimals,
        maximum_charge,
        coalesce(maximum_charge_policy, 'free') as maximum_charge_policy,
        coalesce(band_edge_rule, 'exact') as band_edge_rule,
        currency,
        tax_class,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'rate_cards')) }}
)

select * from landed
