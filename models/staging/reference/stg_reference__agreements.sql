-- The newest landed snapshot of agreements.
with

landed as (
    select
        agreement_id,
        partner_id,
        currency,
        band_set_id,
        rounding_level,
        rounding_decimals,
        rounding_mode,
        coalesce(agreement_kind, 'interconnect') as agreement_kind,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'agreements')) }}
)

select * from landed
