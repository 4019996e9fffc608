-- One row per month: opening + gross adds − churned = closing, with the difference that must be 0.
select
    month,
    sum(opening_subscriptions) as opening,
    sum(gross_adds) as gross_adds,
    sum(voluntary_churned) as voluntary_churned,
    sum(involuntary_churned) as involuntary_churned,
    sum(churned_subscriptions) as churned,
    sum(closing_subscriptions) as closing,
    sum(opening_subscriptions) + sum(gross_adds) - sum(churned_subscriptions) - sum(closing_subscriptions)
        as difference
from fct_customer_months
where
    month <= $month
    and month > $month::date - interval 13 month
    and ($segment is null or segment = $segment)
    and ($region is null or region = $region)
    and ($scope_segments is null or list_contains($scope_segments::varchar[], segment))
    and ($scope_regions is null or list_contains($scope_regions::varchar[], region))
group by month
order by month desc
