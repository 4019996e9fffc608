-- One row per network and regulated service of a month, worst excess first: amounts and units of the
-- days that were checked, and how many days were over or not checked.
with

days as (
    select *
    from fct_regulated_roaming_days
    where
        period_month = $month
        and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
),

summed as (
    select
        sender,
        visited_plmn,
        any_value(network_name) as network_name,
        country,
        service,
        unit,
        sum(units) filter (where status <> 'not_checked') / any_value(unit_size) as checked_units,
        -- At the caps themselves: amounts of little use are rounded.
        sum(units * cap_amount) filter (where status <> 'not_checked')
        / nullif(sum(units) filter (where status <> 'not_checked'), 0) as cap_price,
        sum(charged_amount) filter (where status <> 'not_checked') as charged_amount,
        sum(allowed_amount) filter (where status <> 'not_checked') as allowed_amount,
        sum(excess_amount) as excess_amount,
        count(*) as days,
        count(*) filter (where status <> 'not_checked') as checked_days,
        count(*) filter (where status = 'over') as over_days,
        count(*) filter (where reason_code = 'no_cap') as no_cap_days,
        count(*) filter (where reason_code = 'no_fx') as no_fx_days
    from days
    group by sender, visited_plmn, country, service, unit
)

select
    sender,
    visited_plmn,
    network_name,
    country,
    service,
    unit,
    cast(checked_units as decimal(18, 6)) as checked_units,
    charged_amount,
    allowed_amount,
    excess_amount,
    charged_amount - allowed_amount as difference_amount,
    cast(charged_amount / nullif(checked_units, 0) as decimal(18, 6)) as average_price,
    cast(cap_price as decimal(18, 6)) as cap_price,
    days,
    checked_days,
    over_days,
    no_cap_days,
    no_fx_days,
    count(*) over () as matching_rows
from summed
order by excess_amount desc nulls last, difference_amount desc nulls last, sender, visited_plmn, service
limit $row_limit
