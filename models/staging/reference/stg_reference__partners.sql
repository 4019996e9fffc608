-- The newest landed snapshot of partners.
with

landed as (
    select
        partner_id,
        name,
        role,
        currency,
        tolerance_amount_pct,
        tolerance_seconds_pct,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'partners')) }}
)

select * from landed
