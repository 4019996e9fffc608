-- One row per price to find: every usage event for its customer, and every answered event that
-- crossed a trunk once more for the partner behind it. What is carried from one network to another
-- and what a visitor does has no customer: the network that it comes from takes that place. No
-- money.
{{ config(materialized='view', event_time='started_local') }}

with

-- What no subscriber of another network did.
own_usage as (
    select events.*
    from {{ ref('fct_usage_events') }} as events
    left join {{ ref('dim_partner_networks') }} as networks
        on
            events.home_plmn = networks.plmn
            and cast(events.started_local as date) >= networks.valid_from
            and cast(events.started_local as date) < networks.valid_to
    where networks.plmn is null
),

retail as (
    select
        usage_id,
        'retail' as rating_run,
        started_at,
        started_local,
        {{ month_of('started_local') }} as usage_month,
        service_type,
        direction,
        case
            when service_type = 'data' then imsi_token
            when direction = 'in' then b_token
            else a_token
        end as holder_key,
        -- Only what we send out is priced by its destination, for a ported number the network that
        -- serves it; a null finds none.
        case
            when service_type <> 'data' and direction = 'out'
                then coalesce(b_routing_prefix, b_prefix)
        end as dialled,
        service_type <> 'data' and direction = 'out' as has_number,
        a_prefix,
        visited_plmn,
        case when service_type <> 'data' and direction = 'out' then b_token end as friend_number,
        access_point,
        {{ usage_quantity() }} as quantity,
        is_continued,
        cast(null as varchar) as trunk_id,
        cell_id,
        duration_s,
        bytes_total,
        event_count
    from own_usage
    where
        direction <> 'transit'
        and not (coalesce(feed, '') = 'tap_in' and service_type = 'data')
),

-- Traffic a partner hands us has one price for all of our numbers.
interconnect as (
    select
        usage_id,
        case when trunk_in is not null then 'interconnect_in' else 'interconnect_out' end
            as rating_run,
        started_at,
        started_local,
        {{ month_of('started_local') }} as usage_month,
        service_type,
        case when trunk_in is not null then 'in' else 'out' end as direction,
        concat('trunk:', coalesce(trunk_in, trunk_out)) as holder_key,
        case when trunk_in is null then coalesce(b_routing_prefix, b_prefix) end as dialled,
        trunk_in is null as has_number,
        a_prefix,
        visited_plmn,
        cast(null as varchar) as friend_number,
        access_point,
        {{ usage_quantity() }} as quantity,
        is_continued,
        coalesce(trunk_in, trunk_out) as trunk_id,
        cell_id,
        duration_s,
        bytes_total,
        event_count
    from {{ ref('fct_usage_events') }}
    where
        direction <> 'transit'
        and (trunk_in is not null or trunk_out is not null)
        and {{ usage_quantity() }} > 0
),

requests as (
    select * from retail
    union all
    select * from interconnect
    union all
    select * from {{ ref('int_rating__carried') }}
    union all
    select * from {{ ref('int_rating__roaming') }}
)

select * from requests
