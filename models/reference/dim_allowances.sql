-- What a plan includes each cycle before usage is charged.
with

allowances as (
    select
        plan_id,
        bucket_id,
        unit,
        quantity,
        service_type,
        destination_kinds,
        period,
        scope,
        priority,
        proration,
        destination_ids,
        band_ids,
        origin_zones,
        pool_id,
        rollover_max,
        rollover_periods,
        valid_from,
        valid_to
    from {{ ref('stg_reference__allowances') }}
)

select * from allowances
