-- The newest landed snapshot of ported_numbers.
with

landed as (
    select
        number,
        routing_prefix,
        coalesce(valid_from, cast({{ first_date() }} as timestamp)) as valid_from,
        coalesce(valid_to, {{ open_instant() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'ported_numbers')) }}
)

select * from landed
