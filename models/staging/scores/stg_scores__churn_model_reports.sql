-- One row per model, snapshot, split, metric and decile.
{{ config(tags=['scored']) }}

with

landed as (
    select
        model_id,
        cast(as_of as date) as as_of,
        split,
        metric,
        decile,
        value,
        low,
        high
    from {{ source('scores', 'churn_model_reports') }}
    where model_id is not null
)

select * from landed
