-- Which partner stands behind a trunk group.
with

trunks as (
    select
        trunk_id,
        partner_id,
        direction,
        valid_from,
        valid_to
    from {{ ref('stg_reference__trunks') }}
)

select * from trunks
