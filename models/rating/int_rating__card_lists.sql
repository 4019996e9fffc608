-- The cards that may price a plan, in the order in which they are asked: its own, then, depth
-- first, those of its fallback plans. Cut wherever a version of any of them begins or ends; a time
-- without a version is a row without a list.
with recursive

plans as (
    select * from {{ ref('int_rating__plan_versions') }}
),

named as (
    select
        plan_id,
        valid_from,
        unnest(string_split(fallback_plan_ids, ';')) as fallback_plan_id,
        generate_subscripts(string_split(fallback_plan_ids, ';'), 1) as place
    from plans
    where fallback_plan_ids is not null
),

asked as (
    select
        plan_id as root_plan_id,
        plan_id,
        valid_from as version_from,
        rate_card_id,
        fallback_depth as depth_left,
        '' as path,
        valid_from,
        valid_to
    from plans
    union all
    select
        asked.root_plan_id,
        plans.plan_id,
        plans.valid_from as version_from,
        plans.rate_card_id,
        asked.depth_left - 1 as depth_left,
        concat(asked.path, '.', lpad(cast(named.place as varchar), 4, '0')) as path,
        greatest(asked.valid_from, plans.valid_from) as valid_from,
        least(asked.valid_to, plans.valid_to) as valid_to
    from asked
    inner join named
        on
            asked.plan_id = named.plan_id
            and asked.version_from = named.valid_from
    inner join plans
        on
            named.fallback_plan_id = plans.plan_id
            and asked.valid_from < plans.valid_to
            and asked.valid_to > plans.valid_from
    where asked.depth_left > 0
),

edges as (
    select distinct
        root_plan_id,
        unnest([valid_from, valid_to, {{ first_date() }}, {{ open_date() }}]) as edge_on
    from asked
),

spans as (
    select
        root_plan_id,
        edge_on as valid_from,
        lead(edge_on) over (partition by root_plan_id order by edge_on) as valid_to
    from edges
),

-- A card that several plans lead to is asked where it is met first.
met as (
    select
        spans.root_plan_id as plan_id,
        spans.valid_from,
        spans.valid_to,
        asked.rate_card_id,
        min(asked.path) as path
    from spans
    inner join asked
        on
            spans.root_plan_id = asked.root_plan_id
            and spans.valid_from >= asked.valid_from
            and spans.valid_from < asked.valid_to
    group by spans.root_plan_id, spans.valid_from, spans.valid_to, asked.rate_card_id
),

listed as (
    select
        plan_id,
        valid_from,
        valid_to,
        {{ ordered_list('rate_card_id', 'path') }} as card_list
    from met
    group by plan_id, valid_from, valid_to
),

card_lists as (
    select
        spans.root_plan_id as plan_id,
        spans.valid_from,
        spans.valid_to,
        versions.payment_kind,
        listed.card_list,
        case
            when listed.card_list is not null then dense_rank() over (order by listed.card_list)
        end as card_list_id
    from spans
    left join listed
        on
            spans.root_plan_id = listed.plan_id
            and spans.valid_from = listed.valid_from
    left join plans as versions
        on
            spans.root_plan_id = versions.plan_id
            and spans.valid_from >= versions.valid_from
            and spans.valid_from < versions.valid_to
    where spans.valid_to is not null
)

select * from card_lists
