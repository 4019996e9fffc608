-- The destinations a class of numbers leads to, the longest prefix first.
with

classes as (
    select
        class_id,
        min(signature) as signature
    from {{ ref('int_rating__nodes') }}
    group by class_id
),

routes as (
    select
        class_id,
        unnest(string_split(signature, {{ list_separator() }})) as route,
        generate_subscripts(string_split(signature, {{ list_separator() }}), 1) as route_no
    from classes
),

number_classes as (
    select
        routes.class_id,
        routes.route_no,
        cast(split_part(routes.route, ':', 1) as integer) as prefix_length,
        destinations.destination_id,
        destinations.kind as destination_kind
    from routes
    inner join {{ ref('dim_destinations') }} as destinations
        on substr(routes.route, instr(routes.route, ':') + 1) = destinations.destination_id
)

select * from number_classes
