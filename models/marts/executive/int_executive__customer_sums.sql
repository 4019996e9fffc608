-- Customer months summed for the whole, each segment and each region, before any division.
{{ config(access='private', contract={'enforced': false}) }}

with

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

summed as (
    select
        customer_months.month,
        scopes.scope_kind,
        scopes.scope_value,
        sum(customer_months.service_revenue_amount) as service_revenue_amount,
        sum(customer_months.interconnect_out_amount) as interconnect_out_amount,
        sum(customer_months.opening_subscriptions) as opening_subscriptions,
        sum(customer_months.closing_subscriptions) as closing_subscriptions,
        sum(customer_months.gross_adds) as gross_adds,
        sum(customer_months.churned_subscriptions) as churned_subscriptions,
        sum(customer_months.voluntary_churned) as voluntary_churned,
        sum(customer_months.involuntary_churned) as involuntary_churned,
        sum(customer_months.voice_s) as voice_s,
        sum(customer_months.data_bytes) as data_bytes,
        sum(customer_months.data_subscriptions) as data_subscriptions
    from customer_months
    cross join
        lateral (
            values
            ('total', 'total'),
            ('segment', coalesce(customer_months.segment, 'unknown')),
            ('region', coalesce(customer_months.region, 'unknown'))
        ) as scopes (scope_kind, scope_value)
    group by customer_months.month, scopes.scope_kind, scopes.scope_value
),

averaged as (
    select
        *,
        (opening_subscriptions + closing_subscriptions) * cast(0.5 as decimal(2, 1))
            as average_subscriptions
    from summed
)

select * from averaged
