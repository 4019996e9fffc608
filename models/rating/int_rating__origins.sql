-- The zone of every distinct origin of a month: the serving network's, else that of the longest
-- prefix of the calling number. Empty where the tariff names no zone, so that it costs nothing.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='usage_month',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false
) }}

with

zones as (
    select
        origin_zone,
        kind,
        value,
        valid_from,
        valid_to
    from {{ ref('dim_origin_zones') }}
),

origins as (
    select
        usage_month,
        a_prefix,
        visited_plmn
    from {{ ref('int_rating__requests') }}
    inner join (select 1 as one from zones limit 1) as any_zone on any_zone.one = 1
    group by usage_month, a_prefix, visited_plmn
),

placed as (
    select
        origins.usage_month,
        coalesce(origins.a_prefix, '') as a_prefix,
        coalesce(origins.visited_plmn, '') as visited_plmn,
        zones.origin_zone,
        row_number() over (
            partition by origins.usage_month, origins.a_prefix, origins.visited_plmn
            order by
                case when zones.kind = 'plmn' then 0 else 1 end, length(zones.value) desc,
                zones.origin_zone
        ) as nearness
    from origins
    inner join zones
        on
            (zones.kind = 'plmn' and zones.value = origins.visited_plmn)
            or (
                zones.kind = 'prefix'
                and substr(origins.a_prefix, 1, length(zones.value)) = zones.value
            )
    where
        zones.valid_from < {{ next_month('origins.usage_month') }}
        and zones.valid_to > origins.usage_month
)

select
    usage_month,
    a_prefix,
    visited_plmn,
    origin_zone
from placed
where nearness = 1
