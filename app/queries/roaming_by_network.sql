-- One row per network of a month, all services together, the one furthest above its caps first; days
-- that were not checked are left out.
select
    sender,
    network_name,
    sum(charged_amount) as charged_amount,
    sum(allowed_amount) as allowed_amount,
    sum(charged_amount - allowed_amount) as difference_amount
from fct_regulated_roaming_days
where
    period_month = $month
    and status <> 'not_checked'
    and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
group by sender, network_name
order by difference_amount desc, charged_amount desc, sender, network_name
