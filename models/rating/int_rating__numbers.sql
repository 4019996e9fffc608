-- The class of every distinct number dialled in a month. Records then find it by equality, however
-- large the deck; the longest of the prefixes that match is also the greatest of them as text.
{{ config(materialized='incremental', event_time='usage_month', begin=var('history_begin')) }}

with

dialled as (
    select
        usage_month,
        dialled
    from {{ ref('int_rating__requests') }}
    where dialled is not null
    group by usage_month, dialled
),

nodes as (
    select
        node,
        valid_from,
        valid_to,
        class_id
    from {{ ref('int_rating__nodes') }}
),

lengths as (
    select length(node) as node_length
    from nodes
    group by length(node)
),

longest as (
    select
        dialled.usage_month,
        dialled.dialled,
        max(nodes.node) as node
    from dialled
    inner join lengths on length(dialled.dialled) >= lengths.node_length
    inner join nodes on substr(dialled.dialled, 1, lengths.node_length) = nodes.node
    group by dialled.usage_month, dialled.dialled
),

-- What the number itself says of where it leads, whichever row prices it.
numbers as (
    select
        longest.usage_month,
        longest.dialled,
        nodes.valid_from,
        nodes.valid_to,
        nodes.class_id,
        routes.destination_id,
        routes.destination_kind,
        routes.prefix_length
    from longest
    inner join nodes on longest.node = nodes.node
    inner join {{ ref('int_rating__number_classes') }} as routes
        on
            nodes.class_id = routes.class_id
            and routes.route_no = 1
)

select * from numbers
