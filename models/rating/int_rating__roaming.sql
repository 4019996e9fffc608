-- The requests of roaming, in the columns of the others: what the home network of a visitor pays us
-- for what our switches saw, and what a visited network charges for the records it sent us by TAP.
{{ config(materialized='view', event_time='started_local') }}

with

visitors as (
    select
        'roaming_in' as rating_run,
        concat('visitors:', events.home_plmn) as holder_key,
        events.*
    from {{ ref('fct_usage_events') }} as events
    inner join {{ ref('dim_partner_networks') }} as networks
        on
            events.home_plmn = networks.plmn
            and cast(events.started_local as date) >= networks.valid_from
            and cast(events.started_local as date) < networks.valid_to
    where events.direction <> 'transit' and coalesce(events.feed, '') <> 'tap_in'
),

roamers as (
    select
        'roaming_out' as rating_run,
        concat('roamers:', coalesce(visited_plmn, '')) as holder_key,
        *
    from {{ ref('fct_usage_events') }}
    where feed = 'tap_in'
),

served as (
    select * from visitors
    union all
    select * from roamers
),

roaming as (
    select
        usage_id,
        rating_run,
        started_at,
        started_local,
        {{ month_of('started_local') }} as usage_month,
        service_type,
        direction,
        holder_key,
        case
            when service_type <> 'data' and direction = 'out'
                then coalesce(b_routing_prefix, b_prefix)
        end as dialled,
        service_type <> 'data' and direction = 'out' as has_number,
        a_prefix,
        visited_plmn,
        cast(null as varchar) as friend_number,
        access_point,
        {{ usage_quantity() }} as quantity,
        is_continued,
        cast(null as varchar) as trunk_id,
        cell_id,
        duration_s,
        bytes_total,
        event_count
    from served
)

select * from roaming
