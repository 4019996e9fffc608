-- The base rolls forward without a gap: what one month closes with, the next opens with.
{{ config(meta={'dagster': {'ref': {'name': 'fct_customer_months'}}}) }}

with

months as (
    select
        month,
        sum(opening_subscriptions) as opening_subscriptions,
        sum(closing_subscriptions) as closing_subscriptions
    from {{ ref('fct_customer_months') }}
    group by month
),

chained as (
    select
        month,
        opening_subscriptions,
        lag(closing_subscriptions) over (order by month) as previous_closing_subscriptions
    from months
)

select *
from chained
where opening_subscriptions != previous_closing_subscriptions
