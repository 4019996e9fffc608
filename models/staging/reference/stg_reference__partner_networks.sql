-- The newest landed snapshot of partner_networks.
with

landed as (
    select
        plmn,
        partner_id,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'partner_networks')) }}
)

select * from landed
