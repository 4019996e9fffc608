-- The zone of every distinct origin of a month, while it lasts: the serving network's, else that of
-- the longest prefix of the calling number. Empty where the tariff names no zone, and then free.
{{ config(materialized='incremental', event_time='usage_month', begin=var('history_begin')) }}

with

zones as (
    select * from {{ ref('dim_origin_zones') }}
),

-- No row where the tariff has no zones, so that requests are not even read.
any_zone as (
    select 1 as one
    from zones
    group by one
),

origins as (
    select
        requests.usage_month,
        coalesce(requests.a_prefix, '') as a_prefix,
        coalesce(requests.visited_plmn, '') as visited_plmn
    from {{ ref('int_rating__requests') }} as requests
    cross join any_zone
    group by
        requests.usage_month, coalesce(requests.a_prefix, ''), coalesce(requests.visited_plmn, '')
),

lying as (
    select
        origins.*,
        zones.origin_zone,
        case when zones.kind = 'plmn' then 100 else length(zones.value) end as nearness,
        zones.valid_from,
        zones.valid_to
    from origins
    inner join zones
        on
            (zones.kind = 'plmn' and origins.visited_plmn = zones.value)
            or (
                zones.kind = 'prefix'
                and substr(origins.a_prefix, 1, length(zones.value)) = zones.value
            )
),

edges as (
    select
        usage_month,
        a_prefix,
        visited_plmn,
        valid_from as edge_on
    from lying
    union
    select
        usage_month,
        a_prefix,
        visited_plmn,
        valid_to as edge_on
    from lying
),

spans as (
    select
        usage_month,
        a_prefix,
        visited_plmn,
        edge_on as valid_from,
        lead(edge_on) over (
            partition by usage_month, a_prefix, visited_plmn order by edge_on
        ) as valid_to
    from edges
),

nearest as (
    select
        spans.usage_month,
        spans.a_prefix,
        spans.visited_plmn,
        spans.valid_from,
        spans.valid_to,
        max_by(lying.origin_zone, lying.nearness) as origin_zone
    from spans
    inner join lying
        on
            spans.usage_month = lying.usage_month
            and spans.a_prefix = lying.a_prefix
            and spans.visited_plmn = lying.visited_plmn
            and spans.valid_from >= lying.valid_from
            and spans.valid_from < lying.valid_to
    group by
        spans.usage_month, spans.a_prefix, spans.visited_plmn, spans.valid_from, spans.valid_to
)

select * from nearest
