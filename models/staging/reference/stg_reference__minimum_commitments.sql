-- The newest landed snapshot of minimum_commitments.
with

landed as (
    select
        plan_id,
        coalesce(scope, 'subscription') as scope,
        coalesce(counted_charges, 'usage') as counted_charges,
        commitment_amount,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'minimum_commitments')) }}
)

select * from landed
