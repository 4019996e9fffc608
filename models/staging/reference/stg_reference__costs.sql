-- The newest landed snapshot of costs.
with

landed as (
    select
        month,
        cost_type,
        amount,
        currency,
        file_id
    from {{ newest_snapshot(source('reference', 'costs')) }}
)

select * from landed
