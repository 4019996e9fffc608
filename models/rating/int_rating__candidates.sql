-- Every row that could price a class of numbers, with how near it is: a friend's number, then the
-- longest prefix, then any number. Class 0 has no number, class -1 one that no prefix matches.
with

offers as (
    select * from {{ ref('int_rating__active_offers') }}
),

classes as (
    select class_id
    from {{ ref('int_rating__numbers') }}
    group by class_id
    union all
    select 0 as class_id
    union all
    select -1 as class_id
),

friendships as (
    select false as is_friend
    union
    select true as is_friend from {{ ref('dim_friends') }}
),

by_prefix as (
    select
        offers.*,
        friendships.is_friend,
        routes.class_id,
        100 - routes.prefix_length as route_rank,
        routes.route_no,
        routes.prefix_length,
        routes.destination_kind
    from offers
    inner join {{ ref('int_rating__number_classes') }} as routes
        on offers.destination_id = routes.destination_id
    inner join classes on routes.class_id = classes.class_id
    cross join friendships
),

without_prefix as (
    select
        offers.*,
        friendships.is_friend,
        classes.class_id,
        case when offers.destination_id = '*friends' then 0 else 1000 end as route_rank,
        0 as route_no,
        cast(null as integer) as prefix_length,
        cast(null as varchar) as destination_kind
    from offers
    inner join friendships
        on offers.destination_id = '*any' or friendships.is_friend
    cross join classes
    where offers.destination_id in ('*any', '*friends')
),

candidates as (
    select * from by_prefix
    union all
    select * from without_prefix
)

select * from candidates
