-- Where a call can go; `kind` decides allowances and bill lines.
with

destinations as (
    select
        destination_id,
        name,
        country,
        kind,
        risk_class
    from {{ ref('stg_reference__destinations') }}
)

select * from destinations
