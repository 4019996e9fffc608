-- One row per subscription at risk, value at risk first, capped; matching_rows is the uncapped count.
select
    subscription_id,
    customer_id,
    segment,
    region,
    plan_id,
    tenure_months,
    contract_end_on,
    risk_band,
    churn_probability,
    100 * churn_probability as probability_pct,
    probability_low,
    probability_high,
    monthly_margin_amount,
    clv_amount,
    value_at_risk_amount,
    reason_1_text,
    reason_2_text,
    reason_3_text,
    consent_marketing,
    as_of,
    model_id,
    count(*) over () as matching_rows
from fct_churn_scores
where
    as_of = (
        select max(newest.as_of) from fct_churn_scores as newest where newest.as_of <= last_day($month::date)
    )
    and list_contains($bands::varchar[], risk_band)
    and (not $only_consent or consent_marketing)
    and ($segment is null or segment = $segment)
    and ($region is null or region = $region)
    and ($scope_segments is null or list_contains($scope_segments::varchar[], segment))
    and ($scope_regions is null or list_contains($scope_regions::varchar[], region))
order by value_at_risk_amount desc, subscription_id
limit $row_limit
