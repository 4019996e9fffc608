-- Cells, their sites and regions.
with

cells as (
    select
        cell_id,
        site_id,
        region,
        technology,
        latitude,
        longitude,
        valid_from,
        valid_to
    from {{ ref('stg_reference__cells') }}
)

select * from cells
