-- The newest landed snapshot of destination_prefixes.
with

landed as (
    select
        destination_id,
        prefix,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        record_no as declared_no,
        file_id
    from {{ newest_snapshot(source('reference', 'destination_prefixes')) }}
)

select * from landed
