-- Numerator and denominator of every KPI that comes from customer months.
{{ config(access='protected', contract={'enforced': false}) }}

with

sums as (
    select
        month,
        scope_kind,
        scope_value,
        cast(service_revenue_amount as decimal(38, 6)) as service_revenue_amount,
        cast(service_revenue_amount - interconnect_out_amount as decimal(38, 6)) as margin_amount,
        cast(gross_adds as decimal(38, 6)) as gross_adds,
        cast(gross_adds - churned_subscriptions as decimal(38, 6)) as net_adds,
        cast(closing_subscriptions as decimal(38, 6)) as closing_subscriptions,
        cast(churned_subscriptions as decimal(38, 6)) as churned_subscriptions,
        cast(voluntary_churned as decimal(38, 6)) as voluntary_churned,
        cast(involuntary_churned as decimal(38, 6)) as involuntary_churned,
        cast(voice_s as decimal(38, 6)) as voice_s,
        cast(data_bytes as decimal(38, 6)) as data_bytes,
        cast(average_subscriptions as decimal(38, 6)) as average_subscriptions,
        -- 60 average subscriptions in seconds are one in minutes: no division of the numerator.
        cast(average_subscriptions * 60 as decimal(38, 6)) as average_subscriptions_x_60,
        cast(data_subscriptions * cast(1000000000 as bigint) as decimal(38, 6))
            as data_subscriptions_x_gb
    from {{ ref('int_executive__customer_sums') }}
),

components as (
    select
        sums.month,
        sums.scope_kind,
        sums.scope_value,
        measures.kpi_id,
        measures.numerator,
        measures.denominator
    from sums
    cross join lateral (
        values
        ('service_revenue', sums.service_revenue_amount, null),
        ('net_adds', sums.net_adds, null),
        ('gross_adds', sums.gross_adds, null),
        ('closing_subs', sums.closing_subscriptions, null),
        ('arpu', sums.service_revenue_amount, sums.average_subscriptions),
        ('ampu', sums.margin_amount, sums.average_subscriptions),
        ('mou', sums.voice_s, sums.average_subscriptions_x_60),
        ('data_per_sub_gb', sums.data_bytes, sums.data_subscriptions_x_gb),
        ('gross_churn_pct', sums.churned_subscriptions, sums.average_subscriptions),
        ('voluntary_churn_pct', sums.voluntary_churned, sums.average_subscriptions),
        ('involuntary_churn_pct', sums.involuntary_churned, sums.average_subscriptions)
    ) as measures (kpi_id, numerator, denominator)
)

select
    month,
    scope_kind,
    scope_value,
    kpi_id,
    numerator,
    cast(denominator as decimal(38, 6)) as denominator,
    cast(null as varchar) as unavailable_reason,
    cast(null as varchar) as quality
from components
