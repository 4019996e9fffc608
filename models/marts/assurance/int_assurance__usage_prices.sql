-- What a unit of rated usage brought on average, by run, service and direction, in each month and
-- in all (usage_month is empty). An estimate, used nowhere but to show how much money waits.
{{ config(access='private', contract={'enforced': false}) }}

with

rated as (
    select
        rating_run,
        service_type,
        direction,
        usage_month,
        currency,
        charge_amount,
        case service_type
            when 'voice' then duration_s
            when 'data' then bytes_total
            else event_count
        end as units
    from {{ ref('fct_rated_usage') }}
    where status = 'rated'
),

months as (
    select
        rating_run,
        service_type,
        direction,
        usage_month,
        currency,
        count(*) as events,
        sum(charge_amount) as charge_amount,
        sum(units) as units
    from rated
    group by rating_run, service_type, direction, usage_month, currency
),

sums as (
    select * from months
    union all
    select
        rating_run,
        service_type,
        direction,
        null as usage_month,
        currency,
        sum(events) as events,
        sum(charge_amount) as charge_amount,
        sum(units) as units
    from months
    group by rating_run, service_type, direction, currency
),

-- Amounts of two currencies have no average: that of most events holds.
ranked as (
    select
        *,
        row_number() over (
            partition by rating_run, service_type, direction, usage_month
            order by events desc, currency asc
        ) as currency_rank
    from sums
    where units > 0
)

select
    rating_run,
    service_type,
    direction,
    usage_month,
    currency,
    cast(charge_amount as decimal(38, 6)) as charge_amount,
    cast(units as hugeint) as units
from ranked
where currency_rank = 1
