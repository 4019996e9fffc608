-- Access points and destinations that are free under a plan and draw no allowance, one row per plan
-- and time; of several reasons the first by name.
with

listed as (
    select
        plans.plan_id,
        zero_rated.service_type,
        coalesce(zero_rated.access_point, '') as access_point,
        coalesce(zero_rated.destination_id, '') as destination_id,
        zero_rated.reason,
        zero_rated.valid_from,
        zero_rated.valid_to
    from {{ ref('stg_reference__zero_rated') }} as zero_rated
    inner join (select plan_id from {{ ref('dim_plans') }} group by plan_id) as plans
        on zero_rated.plan_id in (plans.plan_id, '*any')
),

edges as (
    select plan_id, service_type, access_point, destination_id, valid_from as edge_on from listed
    union
    select plan_id, service_type, access_point, destination_id, valid_to as edge_on from listed
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

zero_rated as (
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
    group by all
)

select * from zero_rated
