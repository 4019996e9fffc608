-- The requests of what is carried from one network to another, in the columns of the others: no
-- customer takes part, and both networks have a price for the number dialled.
{{ config(materialized='view', event_time='started_local') }}

with

-- What the network it comes from pays us to carry it, whether it was answered or not, and what the
-- network it goes to charges for it once it was.
sides as (
    select
        'transit' as rating_run,
        'transit' as side
    union all
    select
        'interconnect_out' as rating_run,
        'out' as side
),

transits as (
    select
        sides.rating_run,
        sides.side,
        case sides.side
            when 'transit' then coalesce(events.trunk_in, '')
            else coalesce(events.trunk_out, '')
        end as side_trunk_id,
        events.*
    from {{ ref('fct_usage_events') }} as events
    cross join sides
    where events.direction = 'transit'
),

carried as (
    select
        usage_id,
        rating_run,
        started_at,
        started_local,
        {{ month_of('started_local') }} as usage_month,
        service_type,
        side as direction,
        concat('trunk:', side_trunk_id) as holder_key,
        coalesce(b_routing_prefix, b_prefix) as dialled,
        true as has_number,
        a_prefix,
        visited_plmn,
        cast(null as varchar) as friend_number,
        access_point,
        {{ usage_quantity() }} as quantity,
        is_continued,
        side_trunk_id as trunk_id,
        cell_id,
        duration_s,
        bytes_total,
        event_count
    from transits
    where side = 'transit' or {{ usage_quantity() }} > 0
)

select * from carried
