-- Which zone a calling number or a serving network lies in.
with

origin_zones as (
    select
        origin_zone,
        kind,
        value,
        valid_from,
        valid_to
    from {{ ref('stg_reference__origin_zones') }}
)

select * from origin_zones
