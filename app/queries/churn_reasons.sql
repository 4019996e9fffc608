-- One row per main reason: customers and value at risk whose strongest reason it is.
select
    reason_1 as reason,
    count(*) as subscriptions,
    count(*) filter (where risk_band = 'high') as high_risk,
    sum(value_at_risk_amount) as value_at_risk,
    100 * sum(value_at_risk_amount) / nullif(sum(sum(value_at_risk_amount)) over (), 0) as share_pct
from fct_churn_scores
where
    as_of = (
        select max(newest.as_of) from fct_churn_scores as newest where newest.as_of <= last_day($month::date)
    )
    and reason_1 is not null
    and ($segment is null or segment = $segment)
    and ($region is null or region = $region)
    and ($scope_segments is null or list_contains($scope_segments::varchar[], segment))
    and ($scope_regions is null or list_contains($scope_regions::varchar[], region))
group by reason_1
order by value_at_risk desc
