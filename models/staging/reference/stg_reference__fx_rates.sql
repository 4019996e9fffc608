-- The newest landed snapshot of fx_rates.
with

landed as (
    select
        from_currency,
        to_currency,
        rate_type,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        rate,
        file_id
    from {{ newest_snapshot(source('reference', 'fx_rates')) }}
)

select * from landed
