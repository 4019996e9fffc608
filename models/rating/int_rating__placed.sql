-- The request with its moment and its holder, and what else a choice of price may depend on.
{{ config(materialized='view', event_time='started_local') }}

with

requests as (
    select
        *,
        date_trunc('hour', started_at) as hour_at
    from {{ ref('int_rating__requests') }}
),

placed as (
    select
        requests.*,
        moments.moment_id,
        moments.usage_date,
        case when requests.service_type = 'voice' then {{ seconds_until(
            'requests.started_at',
            'least(moments.to_at, coalesce(holders.runs_to, moments.to_at))'
        ) }} end as edge_s,
        moments.narrow_units as narrowest_units,
        holders.chain_no,
        holders.subscription_id,
        holders.account_id,
        holders.customer_id,
        holders.partner_id,
        holders.plan_id,
        holders.payment_kind,
        holders.has_unit_bucket,
        holders.has_money_bucket,
        holders.has_charge_cap,
        holders.card_list_id,
        holders.plan_from,
        holders.plan_to,
        case
            when holders.holder_key is not null then holders.holder_reason
            when requests.rating_run = 'roaming_out' then 'unknown_network'
            when requests.trunk_id is null then 'no_owner'
            else 'unknown_trunk'
        end as holder_reason,
        coalesce(origins.origin_zone, '') as origin_zone,
        friends.number is not null as is_friend,
        zero_rated.reason as access_reason
    -- Every event lies in a moment; as a left join the engine knows that none is lost.
    from requests
    left join {{ ref('int_rating__moments') }} as moments
        on
            requests.hour_at = moments.hour_at
            and requests.started_at >= moments.from_at
            and requests.started_at < moments.to_at
    left join {{ ref('int_rating__holders') }} as holders
        on
            requests.holder_key = holders.holder_key
            and requests.started_at >= holders.valid_from
            and requests.started_at < holders.valid_to
    left join {{ ref('int_rating__origins') }} as origins
        on
            requests.usage_month = origins.usage_month
            and coalesce(requests.a_prefix, '') = origins.a_prefix
            and coalesce(requests.visited_plmn, '') = origins.visited_plmn
            and moments.usage_date >= origins.valid_from
            and moments.usage_date < origins.valid_to
    left join {{ ref('dim_friends') }} as friends
        on
            holders.subscription_id = friends.subscription_id
            and requests.friend_number = friends.number
            and moments.usage_date >= friends.valid_from
            and moments.usage_date < friends.valid_to
    left join {{ ref('int_rating__free_usage') }} as zero_rated
        on
            holders.plan_id = zero_rated.plan_id
            and requests.service_type = zero_rated.service_type
            and requests.access_point = zero_rated.access_point
            and zero_rated.destination_id = ''
            and moments.usage_date >= zero_rated.valid_from
            and moments.usage_date < zero_rated.valid_to
)

select * from placed
