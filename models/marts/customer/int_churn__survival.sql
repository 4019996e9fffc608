-- One row per segment and tenure month: the discounted months a subscription of that age still has.
{{ config(access='protected', contract={'enforced': false}) }}

with

label_rules as (
    select
        clv_horizon_months,
        minimum_at_risk,
        pow(1 + cast(discount_rate_year_pct as double) / 100, 1 / 12.0) as month_factor
    from {{ ref('churn_label_rules') }}
    where valid_to is null
),

-- Subscriptions older than the data join late: they are at risk only in the months they were seen.
exposed as (
    select
        segment,
        tenure_months,
        count(*) as at_risk,
        sum(is_churned) as ended
    from {{ ref('int_customer__subscription_months') }}
    where is_opening = 1 and segment is not null
    group by segment, tenure_months
),

segment_hazards as (
    select
        segment,
        max(tenure_months) as last_month,
        sum(ended) / sum(at_risk) as hazard
    from exposed
    group by segment
),

tenure_months as (
    select
        segment_hazards.segment,
        segment_hazards.hazard as segment_hazard,
        cast(unnest(
            range(0, segment_hazards.last_month + label_rules.clv_horizon_months + 2)
        ) as integer) as tenure_month
    from segment_hazards
    cross join label_rules
),

-- Kaplan-Meier month by month; an age with too few at risk takes its segment's mean.
hazards as (
    select
        tenure_months.segment,
        tenure_months.tenure_month,
        case
            when exposed.at_risk >= label_rules.minimum_at_risk
                then exposed.ended / exposed.at_risk
            else tenure_months.segment_hazard
        end as hazard
    from tenure_months
    cross join label_rules
    left join exposed
        on
            tenure_months.segment = exposed.segment
            and tenure_months.tenure_month = exposed.tenure_months
),

survived as (
    select
        segment,
        tenure_month,
        hazard,
        exp(sum(ln(greatest(1 - hazard, 1e-9))) over (
            partition by segment order by tenure_month
        )) as survival
    from hazards
),

annuities as (
    select
        now.segment,
        now.tenure_month,
        any_value(cast(now.hazard as decimal(18, 9))) as hazard,
        cast(
            sum(
                later.survival / now.survival
                / pow(label_rules.month_factor, later.tenure_month - now.tenure_month)
                order by later.tenure_month
            ) as decimal(18, 6)
        ) as discounted_months
    from survived as now
    cross join label_rules
    inner join survived as later
        on
            now.segment = later.segment
            and now.tenure_month < later.tenure_month
            and now.tenure_month + label_rules.clv_horizon_months >= later.tenure_month
    group by now.segment, now.tenure_month
)

select * from annuities
