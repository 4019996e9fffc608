-- The newest landed snapshot of taxes.
with

landed as (
    select
        tax_class,
        rate_pct,
        rounding,
        level,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'taxes')) }}
)

select * from landed
