-- Which partner owns a mobile network. Networks named here are not ours: their subscribers are our
-- visitors, and our subscribers in them are roaming.
with

networks as (
    select
        plmn,
        partner_id,
        valid_from,
        valid_to
    from {{ ref('stg_reference__partner_networks') }}
)

select * from networks
