-- One row per metric and decile of the newest model report; company-wide by nature.
select
    model_id,
    as_of,
    split,
    metric,
    decile,
    value,
    low,
    high
from fct_churn_model_reports
where as_of = (select max(newest.as_of) from fct_churn_model_reports as newest)
order by metric, decile
