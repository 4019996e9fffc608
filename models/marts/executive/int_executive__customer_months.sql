-- Numerator and denominator of every KPI that comes from customer months.
{{ config(access='protected', contract={'enforced': false}) }}

with

sums as (
    select
        *,
        service_revenue_amount - interconnect_out_amount as margin_amount,
        gross_adds - churned_subscriptions as net_adds,
        -- 60 average subscriptions in seconds are one in minutes: no division of the numerator.
        average_subscriptions * 60 as average_subscriptions_x_60,
        data_subscriptions * cast(1000000000 as bigint) as data_subscriptions_x_gb
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
        ('service_revenue', cast(sums.service_revenue_amount as decimal(38, 6)), null),
        ('net_adds', cast(sums.net_adds as decimal(38, 6)), null),
        ('gross_adds', cast(sums.gross_adds as decimal(38, 6)), null),
        ('closing_subs', cast(sums.closing_subscriptions as decimal(38, 6)), null),
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
    cast(numerator as decimal(38, 6)) as numerator,
    cast(denominator as decimal(38, 6)) as denominator,
    cast(null as varchar) as unavailable_reason,
    cast(null as varchar) as quality
from components
