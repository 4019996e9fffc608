-- The one row chosen in a situation: a list of cards, a service and direction, an origin, a class
-- of numbers and a moment. In most of them one row is nearest, and nothing has to be sorted.
{{ config(materialized='view') }}
{%- set keys = [
    'card_list_id', 'service_type', 'direction', 'origin_zone', 'is_friend', 'class_id', 'moment_id'
] %}
{%- set situation = keys | join(', ') %}
with

candidates as (
    select
        *,
        card_position * 10000 + route_rank as distance
    from {{ ref('int_rating__candidates') }}
),

-- The first card that offers anything, and in it the nearest route.
closest as (
    select
        {{ situation }},
        min(distance) as distance,
        min_by(rivals, distance) as rivals
    from (
        select
            {{ situation }},
            distance,
            count(*) as rivals
        from candidates
        group by {{ situation }}, distance
    ) as counted
    group by {{ situation }}
),

nearest as (
    select
        candidates.*,
        closest.rivals
    from candidates
    inner join closest
        on
            candidates.distance = closest.distance
            {%- for key in keys %}
            and candidates.{{ key }} = closest.{{ key }}
            {%- endfor %}
),

-- Where rows are equally near. Several destinations may share a prefix: the heaviest, then the one
-- declared first.
weighed as (
    select
        *,
        max(weight) over (partition by {{ situation }}, destination_id) as destination_weight
    from nearest
    where rivals > 1
),

ranked as (
    select
        *,
        rank() over (
            partition by {{ situation }}
            order by
                destination_weight desc, route_no asc,
                is_named_origin desc, is_named_band desc, weight desc, band_starts_s desc
        ) as offer_rank
    from weighed
),

contested as (
    select
        *,
        count(*) over (partition by {{ situation }}) as offer_count,
        row_number() over (partition by {{ situation }} order by rate_id) as offer_no
    from ranked
    where offer_rank = 1
),

uncontested as (
    select
        *,
        weight as destination_weight,
        1 as offer_rank,
        1 as offer_count,
        1 as offer_no
    from nearest
    where rivals = 1
),

chosen as (
    select * from uncontested
    union all
    select * from contested
    where offer_no = 1
)

select * from chosen
