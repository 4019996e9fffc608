-- Every fact behind a snapshot was known by the end of its day.
{{ config(meta={'dagster': {'ref': {'name': 'int_churn__training_rows'}}}) }}

select
    subscription_id,
    snapshot_on,
    latest_fact_on
from {{ ref('int_churn__features') }}
where latest_fact_on > snapshot_on
