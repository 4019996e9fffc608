-- Every row that gives a price: the rate cards of plans, and the rates of partner agreements as the
-- cards they are, so that both are chosen by the same rules.
with

offers as (
    select
        rate_card_id,
        service_type,
        direction,
        origin_zone,
        destination_id,
        band_set_id,
        band_id,
        rate_id,
        weight,
        rounding_mode,
        rounding_decimals,
        case when maximum_charge_policy = 'free' then maximum_charge end as maximum_charge,
        band_edge_rule,
        currency,
        tax_class,
        valid_from,
        valid_to
    from {{ ref('dim_rate_cards') }}
    union all
    -- A statement rounds its lines, so a single leg keeps all six decimals.
    select
        agreement_rates.agreement_id as rate_card_id,
        agreement_rates.service_type,
        agreement_rates.direction,
        '*any' as origin_zone,
        agreement_rates.destination_id,
        agreements.band_set_id,
        agreement_rates.band_id,
        agreement_rates.rate_id,
        0 as weight,
        'half_up' as rounding_mode,
        6 as rounding_decimals,
        cast(null as decimal(18, 6)) as maximum_charge,
        'exact' as band_edge_rule,
        agreements.currency,
        cast(null as varchar) as tax_class,
        greatest(agreement_rates.valid_from, agreements.valid_from) as valid_from,
        least(agreement_rates.valid_to, agreements.valid_to) as valid_to
    from {{ ref('dim_agreement_rates') }} as agreement_rates
    inner join {{ ref('dim_agreements') }} as agreements
        on
            agreement_rates.agreement_id = agreements.agreement_id
            and agreement_rates.valid_from < agreements.valid_to
            and agreement_rates.valid_to > agreements.valid_from
)

select * from offers
