-- The newest landed snapshot of allowances.
with

landed as (
    select
        plan_id,
        bucket_id,
        unit,
        quantity,
        coalesce(service_type, '*any') as service_type,
        coalesce(destination_kinds, '*any') as destination_kinds,
        coalesce(destination_ids, '*any') as destination_ids,
        coalesce(band_ids, '*any') as band_ids,
        coalesce(origin_zones, '*any') as origin_zones,
        coalesce(period, 'cycle') as period,
        coalesce(scope, 'subscription') as scope,
        pool_id,
        priority,
        coalesce(rollover_max, 0) as rollover_max,
        coalesce(rollover_periods, 0) as rollover_periods,
        coalesce(proration, 'none') as proration,
        coalesce(valid_from, {{ first_date() }}) as valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to,
        file_id
    from {{ newest_snapshot(source('reference', 'allowances')) }}
)

select * from landed
