-- What networks of the regulated area charge us, held against the cap of its service and day. The
-- law limits the average between two operators: events of a day are held together, not one by one.
with

days as (
    select
        sender,
        visited_plmn,
        country,
        service,
        usage_date,
        unit,
        unit_size,
        cap_amount,
        count(*) as events,
        count(charge_e14) as priced_events,
        sum(units) as units,
        sum(charge_e14) as charge_e14
    from {{ ref('int_settlement__regulated_events') }}
    group by sender, visited_plmn, country, service, usage_date, unit, unit_size, cap_amount
),

held as (
    select
        *,
        case
            when cap_amount is null then 'no_cap'
            when priced_events < events then 'no_fx'
        end as reason_code,
        -- In millionths; each side is rounded once.
        {{ function('rounded_ratio') }}(
            {{ wide_int('charge_e14') }}, {{ wide_int(100000000) }}, 'half_up'
        ) as charged_micro,
        {{ function('rounded_ratio') }}(
            {{ wide_int('units') }} * {{ micro_of('cap_amount') }}, unit_size, 'half_up'
        ) as allowed_micro
    from days
),

-- For readers: the name of the network, and the partner whose rows they may see.
known as (
    select
        held.*,
        owners.partner_id,
        coalesce(networks.brand, networks.operator) as network_name
    from held
    left join {{ ref('dim_networks') }} as networks
        on held.visited_plmn = networks.plmn
    left join {{ ref('dim_partner_networks') }} as owners
        on
            held.visited_plmn = owners.plmn
            and held.usage_date >= owners.valid_from
            and held.usage_date < owners.valid_to
)

select
    sender,
    visited_plmn,
    network_name,
    country,
    partner_id,
    service,
    usage_date,
    {{ month_of('usage_date') }} as period_month,
    cast(events as bigint) as events,
    cast(units as bigint) as units,
    unit,
    cast(unit_size as bigint) as unit_size,
    cap_amount,
    reason_code,
    case
        when priced_events = events then {{ amount_or_null('charged_micro') }}
    end as charged_amount,
    {{ amount_or_null('allowed_micro') }} as allowed_amount,
    case
        when reason_code is null
            then {{ amount_or_null('greatest(charged_micro - allowed_micro, 0)') }}
    end as excess_amount,
    case
        when reason_code is not null then 'not_checked'
        when charged_micro > allowed_micro then 'over'
        else 'within'
    end as status
from known
