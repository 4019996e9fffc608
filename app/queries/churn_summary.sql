-- One row: what the scored base is worth and how much of it is at risk.
select
    max(as_of) as as_of,
    count(*) as scored,
    count(*) filter (where risk_band = 'high') as high_risk,
    count(*) filter (where risk_band = 'high' and consent_marketing) as high_risk_contactable,
    sum(churn_probability) as expected_leavers,
    sum(value_at_risk_amount) as value_at_risk,
    sum(value_at_risk_amount) filter (where risk_band = 'high') as high_value_at_risk,
    any_value(model_id) as model_id,
    any_value(label_rule_id) as label_rule_id
from fct_churn_scores
where
    as_of = (
        select max(newest.as_of) from fct_churn_scores as newest where newest.as_of <= last_day($month::date)
    )
    and ($segment is null or segment = $segment)
    and ($region is null or region = $region)
    and ($scope_segments is null or list_contains($scope_segments::varchar[], segment))
    and ($scope_regions is null or list_contains($scope_regions::varchar[], region))
