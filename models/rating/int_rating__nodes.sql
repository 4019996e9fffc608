-- Every prefix of the deck and the time in which the prefixes it begins with do not change. A class
-- is what those lead to: numbers of one class are priced alike, so choices are made per class.
with

prefixes as (
    select
        prefix,
        length(prefix) as prefix_length,
        destination_id,
        declared_no,
        valid_from,
        valid_to
    from {{ ref('dim_destination_prefixes') }}
),

deck as (
    select prefix
    from prefixes
    group by prefix
),

lengths as (
    select prefix_length
    from prefixes
    group by prefix_length
),

ancestors as (
    select
        deck.prefix as node,
        prefixes.valid_from,
        prefixes.valid_to,
        concat(prefixes.prefix_length, ':', prefixes.destination_id) as route,
        (100 - prefixes.prefix_length) * cast(10000000000 as bigint) + prefixes.declared_no
            as route_order
    from deck
    inner join lengths on length(deck.prefix) >= lengths.prefix_length
    inner join prefixes on substr(deck.prefix, 1, lengths.prefix_length) = prefixes.prefix
),

edges as (
    select
        node,
        valid_from as edge_on
    from ancestors
    union
    select
        node,
        valid_to as edge_on
    from ancestors
),

spans as (
    select
        node,
        edge_on as valid_from,
        lead(edge_on) over (partition by node order by edge_on) as valid_to
    from edges
),

signed as (
    select
        spans.node,
        spans.valid_from,
        spans.valid_to,
        {{ ordered_list('ancestors.route', 'ancestors.route_order') }} as signature
    from spans
    inner join ancestors
        on
            spans.node = ancestors.node
            and spans.valid_from >= ancestors.valid_from
            and spans.valid_from < ancestors.valid_to
    group by spans.node, spans.valid_from, spans.valid_to
),

nodes as (
    select
        node,
        valid_from,
        valid_to,
        signature,
        dense_rank() over (order by signature) as class_id
    from signed
)

select * from nodes
