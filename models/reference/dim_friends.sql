-- Numbers a subscription has named as friends.
with

friends as (
    select
        subscription_id,
        number,
        valid_from,
        valid_to
    from {{ ref('stg_reference__friends') }}
)

select * from friends
