-- Customer months summed for the whole, each segment and each region, before any division.
{{ config(access='private', contract={'enforced': false}) }}

with

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

summed as (
    select
        month,
        case
            when grouping(segment) = 0 then 'segment'
            when grouping(region) = 0 then 'region'
            else 'total'
        end as scope_kind,
        coalesce(
            case when grouping(segment) = 0 then coalesce(segment, 'unknown') end,
            case when grouping(region) = 0 then coalesce(region, 'unknown') end,
            'total'
        ) as scope_value,
        sum(service_revenue_amount) as service_revenue_amount,
        sum(interconnect_out_amount) as interconnect_out_amount,
        sum(opening_subscriptions) as opening_subscriptions,
        sum(closing_subscriptions) as closing_subscriptions,
        sum(gross_adds) as gross_adds,
        sum(churned_subscriptions) as churned_subscriptions,
        sum(voluntary_churned) as voluntary_churned,
        sum(involuntary_churned) as involuntary_churned,
        sum(voice_s) as voice_s,
        sum(data_bytes) as data_bytes,
        sum(data_subscriptions) as data_subscriptions
    from customer_months
    group by grouping sets ((month), (month, segment), (month, region))
),

averaged as (
    select
        *,
        (opening_subscriptions + closing_subscriptions) * cast(0.5 as decimal(2, 1))
            as average_subscriptions
    from summed
)

select * from averaged
