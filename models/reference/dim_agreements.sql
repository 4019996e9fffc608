-- Agreements with partners, for interconnect and for roaming: currency, band set and rounding.
with

agreements as (
    select
        agreement_id,
        partner_id,
        currency,
        band_set_id,
        rounding_level,
        rounding_decimals,
        rounding_mode,
        agreement_kind,
        valid_from,
        valid_to
    from {{ ref('stg_reference__agreements') }}
)

select * from agreements
