-- The newest landed table of rates that a regulator sets. Its validity is half-open as it landed.
with

landed as (
    select
        instrument,
        service,
        amount_eur,
        unit,
        legal_basis,
        "check" as to_check,
        file_id,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ newest_snapshot(source('reference', 'regulated_rates')) }}
)

select * from landed
