-- What is free under each plan, laid out in full so that an event finds it by equality: by access
-- point (then the destination is empty) or by destination. Of several reasons the first by name.
with

plans as (
    select plan_id from {{ ref('dim_plans') }}
    group by plan_id
),

destinations as (
    select destination_id from {{ ref('dim_destinations') }}
    union
    select unnest(['*any', '*friends']) as destination_id
),

listed as (
    select
        plans.plan_id,
        services.service_type,
        case when rules.access_point = '*any' then '' else rules.access_point end as access_point,
        coalesce(destinations.destination_id, '') as destination_id,
        rules.reason,
        rules.valid_from,
        rules.valid_to
    from {{ ref('dim_zero_rated') }} as rules
    inner join plans on rules.plan_id in (plans.plan_id, '*any')
    inner join {{ ref('int_rating__services') }} as services
        on rules.service_type in (services.service_type, '*any')
    left join destinations
        on
            rules.access_point = '*any'
            and rules.destination_id in (destinations.destination_id, '*any')
),

edges as (
    select
        plan_id,
        service_type,
        access_point,
        destination_id,
        valid_from as edge_on
    from listed
    union
    select
        plan_id,
        service_type,
        access_point,
        destination_id,
        valid_to as edge_on
    from listed
),

spans as (
    select
        plan_id,
        service_type,
        access_point,
        destination_id,
        edge_on as valid_from,
        lead(edge_on) over (
            partition by plan_id, service_type, access_point, destination_id order by edge_on
        ) as valid_to
    from edges
),

free_usage as (
    select
        spans.plan_id,
        spans.service_type,
        spans.access_point,
        spans.destination_id,
        spans.valid_from,
        spans.valid_to,
        min(listed.reason) as reason
    from spans
    inner join listed
        on
            spans.plan_id = listed.plan_id
            and spans.service_type = listed.service_type
            and spans.access_point = listed.access_point
            and spans.destination_id = listed.destination_id
            and spans.valid_from >= listed.valid_from
            and spans.valid_from < listed.valid_to
    group by
        spans.plan_id, spans.service_type, spans.access_point, spans.destination_id,
        spans.valid_from, spans.valid_to
)

select * from free_usage
