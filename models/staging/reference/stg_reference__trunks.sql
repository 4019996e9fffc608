-- The newest landed snapshot of trunks.
with

landed as (
    select
        trunk_id,
        partner_id,
        direction,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'trunks')) }}
)

select * from landed
