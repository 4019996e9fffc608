-- Numerator and denominator of the money KPIs that do not come from customer months alone.
{{ config(access='protected', contract={'enforced': false}) }}

with

sums as (
    select * from {{ ref('int_executive__account_sums') }}
),

revenues as (
    select
        month,
        service_revenue_amount,
        interconnect_out_amount
    from {{ ref('int_executive__customer_sums') }}
    where scope_kind = 'total'
),

costs as (
    select
        month,
        sum(amount) as cost_amount
    from {{ ref('dim_costs') }}
    where currency = '{{ var("reporting_currency") }}'
    group by month
),

statements as (
    select
        period_month as month,
        sum(net_reporting_amount) as net_amount,
        count_if(net_reporting_amount is null) as without_rate
    from {{ ref('fct_settlement_statements') }}
    group by period_month
),

components as (
    select
        month,
        scope_kind,
        scope_value,
        'dso_days' as kpi_id,
        cast(closing_amount * day(last_day(month)) as decimal(38, 6)) as numerator,
        cast(case when billed_amount > 0 then billed_amount end as decimal(38, 6)) as denominator,
        case when billed_amount <= 0 or billed_amount is null then 'Nothing was billed in the month'
        end as unavailable_reason
    from sums
    union all
    select
        month,
        scope_kind,
        scope_value,
        'unbilled_value' as kpi_id,
        cast(unbilled_amount as decimal(38, 6)) as numerator,
        null as denominator,
        null as unavailable_reason
    from sums
    union all
    select
        revenues.month,
        'total' as scope_kind,
        'total' as scope_value,
        'ebitda_margin_pct' as kpi_id,
        cast(
            revenues.service_revenue_amount - revenues.interconnect_out_amount - costs.cost_amount
            as decimal(38, 6)
        ) as numerator,
        cast(revenues.service_revenue_amount as decimal(38, 6)) as denominator,
        case when costs.month is null then 'The cost feed has nothing for the month' end
            as unavailable_reason
    from revenues
    left join costs
        on revenues.month = costs.month
    union all
    select
        month,
        'total' as scope_kind,
        'total' as scope_value,
        'ic_net_position' as kpi_id,
        cast(case when without_rate = 0 then net_amount end as decimal(38, 6)) as numerator,
        null as denominator,
        case when without_rate > 0 then 'A statement has no exchange rate for the month' end
            as unavailable_reason
    from statements
)

select
    month,
    scope_kind,
    scope_value,
    kpi_id,
    numerator,
    denominator,
    unavailable_reason,
    cast(null as varchar) as quality
from components
