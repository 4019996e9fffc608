-- The newest landed snapshot of agreement_rates.
with

landed as (
    select
        agreement_id,
        direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'agreement_rates')) }}
)

select * from landed
