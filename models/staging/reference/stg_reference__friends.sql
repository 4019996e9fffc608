-- The newest landed snapshot of friends.
with

landed as (
    select
        subscription_id,
        number,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'friends')) }}
)

select * from landed
