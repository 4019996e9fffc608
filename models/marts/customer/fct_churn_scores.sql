-- One row per subscription and scored snapshot: the chance to leave, why, and what it would cost.
{{ config(tags=['scored']) }}

with

scores as (
    select
        *,
        avg(churn_probability) over (partition by as_of) as base_probability
    from {{ ref('stg_scores__churn_scores') }}
),

facts as (
    select
        subscription_id,
        snapshot_on,
        customer_id,
        account_id,
        segment,
        region,
        plan_id,
        contract_end_on,
        cast(floor(tenure_days / 30.4375) as integer) as tenure_months,
        cast(monthly_margin_amount as decimal(18, 2)) as monthly_margin_amount
    from {{ ref('int_churn__features') }}
),

consents as (
    select
        account_id,
        consent_marketing
    from {{ ref('dim_customers') }}
),

label_rules as (
    select
        label_rule_id,
        high_from_probability_lift,
        medium_from_probability_lift
    from {{ ref('churn_label_rules') }}
),

survival as (
    select
        segment,
        tenure_month,
        discounted_months
    from {{ ref('int_churn__survival') }}
),

-- A subscription that costs more than it pays has no value to lose.
valued as (
    select
        facts.subscription_id,
        facts.customer_id,
        facts.account_id,
        scores.as_of,
        facts.segment,
        facts.region,
        facts.plan_id,
        facts.tenure_months,
        facts.contract_end_on,
        cast(scores.churn_probability as decimal(9, 6)) as churn_probability,
        cast(scores.probability_low as decimal(9, 6)) as probability_low,
        cast(scores.probability_high as decimal(9, 6)) as probability_high,
        case
            when
                scores.churn_probability
                >= scores.base_probability * label_rules.high_from_probability_lift then 'high'
            when
                scores.churn_probability
                >= scores.base_probability * label_rules.medium_from_probability_lift then 'medium'
            else 'low'
        end as risk_band,
        scores.reason_1,
        scores.reason_1_text,
        scores.reason_2,
        scores.reason_2_text,
        scores.reason_3,
        scores.reason_3_text,
        facts.monthly_margin_amount,
        cast(
            greatest(facts.monthly_margin_amount, 0) * survival.discounted_months
            as decimal(18, 2)
        ) as clv_amount,
        cast(
            cast(
                greatest(facts.monthly_margin_amount, 0) * survival.discounted_months
                as decimal(18, 2)
            ) * cast(scores.churn_probability as decimal(9, 6)) as decimal(18, 2)
        ) as value_at_risk_amount,
        coalesce(consents.consent_marketing, false) as consent_marketing,
        scores.model_id,
        scores.label_rule_id
    from scores
    inner join facts
        on scores.subscription_id = facts.subscription_id and scores.as_of = facts.snapshot_on
    left join label_rules on scores.label_rule_id = label_rules.label_rule_id
    left join consents on facts.account_id = consents.account_id
    left join survival
        on facts.segment = survival.segment and facts.tenure_months = survival.tenure_month
)

select * from valued
