-- What is open, by age, less money not yet used, is what the roll-forward closes with.
{{ config(meta={'dagster': {'ref': {'name': 'fct_ar_months'}}}) }}

select
    account_id,
    month,
    closing_amount,
    unapplied_amount
from {{ ref('fct_ar_months') }}
where
    bucket_0_amount + bucket_1_30_amount + bucket_31_60_amount + bucket_61_90_amount
    + bucket_91_120_amount + bucket_over_120_amount != closing_amount + unapplied_amount
    or opening_amount + billed_amount - paid_amount != closing_amount
