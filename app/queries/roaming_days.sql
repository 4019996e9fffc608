-- The partner-days of a month as the mart holds them, worst excess first, capped; matching_rows is
-- the uncapped count.
select
    sender,
    visited_plmn,
    network_name,
    country,
    partner_id,
    service,
    usage_date,
    events,
    units,
    unit,
    unit_size,
    cap_amount,
    charged_amount,
    allowed_amount,
    excess_amount,
    status,
    reason_code,
    count(*) over () as matching_rows
from fct_regulated_roaming_days
where
    period_month = $month
    and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
order by excess_amount desc nulls last, usage_date, sender, visited_plmn, service
limit $row_limit
