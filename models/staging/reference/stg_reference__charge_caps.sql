-- The newest landed snapshot of charge_caps.
with

landed as (
    select
        plan_id,
        coalesce(service_type, '*any') as service_type,
        coalesce(period, 'cycle') as period,
        cap_amount,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'charge_caps')) }}
)

select * from landed
