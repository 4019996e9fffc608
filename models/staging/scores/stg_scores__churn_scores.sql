-- One row per subscription and snapshot the model scored.
{{ config(tags=['scored']) }}

with

landed as (
    select
        subscription_id,
        cast(as_of as date) as as_of,
        churn_probability,
        probability_low,
        probability_high,
        reason_1,
        reason_1_text,
        reason_2,
        reason_2_text,
        reason_3,
        reason_3_text,
        model_id,
        label_rule_id
    from {{ source('scores', 'churn_scores') }}
    where subscription_id is not null
)

select * from landed
