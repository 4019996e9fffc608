-- Leading digits of a destination and when they held.
with

destination_prefixes as (
    select
        destination_id,
        prefix,
        declared_no,
        valid_from,
        valid_to
    from {{ ref('stg_reference__destination_prefixes') }}
)

select * from destination_prefixes
