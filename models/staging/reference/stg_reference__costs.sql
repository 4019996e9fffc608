-- The newest landed snapshot of costs.
with

landed as (
    select
        month,
        cost_type,
        amount,
        currency,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'costs')) }}
)

select * from landed
