-- One row per model, snapshot, split, metric and decile.
{{ config(tags=['scored']) }}

with

reports as (
    select
        model_id,
        as_of,
        split,
        metric,
        cast(decile as integer) as decile,
        cast(value as double) as value,
        cast(low as double) as low,
        cast(high as double) as high
    from {{ ref('stg_scores__churn_model_reports') }}
)

select * from reports
