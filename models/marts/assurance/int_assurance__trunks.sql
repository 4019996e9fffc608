-- RA20 at the other end: every answered event on a trunk has exactly one leg, and two when it is
-- carried on, and one more where it is roaming; and RA23, routes sold below what the partner
-- charges.
{{ config(access='private', contract={'enforced': false}) }}

with

answered as (
    select
        usage.*,
        networks.plmn is not null and usage.direction <> 'transit' as is_visitor
    from {{ ref('fct_usage_events') }} as usage
    left join {{ ref('dim_partner_networks') }} as networks
        on
            usage.home_plmn = networks.plmn
            and usage.usage_date >= networks.valid_from
            and usage.usage_date < networks.valid_to
    where {{ usage_quantity() }} > 0
),

events as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        sum(
            case
                when direction = 'transit' then 2
                when trunk_in is not null or trunk_out is not null then 1
                else 0
            end
            + case when feed = 'tap_in' or is_visitor then 1 else 0 end
        ) as events
    from answered
    group by all
),

legs as (
    select
        period_month as month,
        count(*) as legs
    from {{ ref('fct_settlement_legs') }}
    group by period_month
),

-- Legs of a closed month stay when their event is withdrawn or leaves its trunk afterwards.
withdrawn as (
    select
        billed.usage_month as month,
        count(*) as legs
    from {{ ref('int_rating__closed_changes') }} as billed
    where
        billed.side = 'billed'
        and billed.rating_run <> 'retail'
        and billed.quantity > 0
        and not exists (
            select 1
            from {{ ref('int_rating__closed_changes') }} as standing
            where
                standing.side = 'now'
                and standing.usage_id = billed.usage_id
                and standing.rating_run = billed.rating_run
        )
    group by billed.usage_month
),

routes as (
    select
        month,
        count_if(margin_amount < 0) as below_cost
    from {{ ref('int_settlement__route_months') }}
    group by month
),

joined as (
    select
        coalesce(events.month, legs.month) as month,
        coalesce(events.events, 0) as events,
        coalesce(legs.legs, 0) - coalesce(withdrawn.legs, 0) as legs
    from events
    full join legs
        on events.month = legs.month
    left join withdrawn
        on coalesce(events.month, legs.month) = withdrawn.month
),

results as (
    select
        'RA20' as control_id,
        'month, events with partners = legs' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(events as decimal(38, 6)) as expected_value,
        cast(legs as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA23' as control_id,
        'month' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(0 as decimal(38, 6)) as expected_value,
        cast(below_cost as decimal(38, 6)) as actual_value
    from routes
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
