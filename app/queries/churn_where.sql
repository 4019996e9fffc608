-- One row per segment × region of the scored base, the largest value at risk first.
select
    segment,
    region,
    count(*) as scored,
    count(*) filter (where risk_band = 'high') as high_risk,
    100 * sum(churn_probability) / count(*) as expected_churn_pct,
    sum(value_at_risk_amount) as value_at_risk
from fct_churn_scores
where
    as_of = (
        select max(newest.as_of) from fct_churn_scores as newest where newest.as_of <= last_day($month::date)
    )
    and ($segment is null or segment = $segment)
    and ($region is null or region = $region)
    and ($scope_segments is null or list_contains($scope_segments::varchar[], segment))
    and ($scope_regions is null or list_contains($scope_regions::varchar[], region))
group by segment, region
order by value_at_risk desc
