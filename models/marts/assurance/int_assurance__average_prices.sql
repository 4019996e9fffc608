-- What a unit of each service brought on average, and an event of any: the price of usage that
-- could not be rated. An estimate, used nowhere but to show how much money waits.
{{ config(access='protected', contract={'enforced': false}) }}

with

usage_days as (
    select
        service_type,
        events,
        charge_amount,
        duration_s,
        bytes_total,
        event_count,
        currency
    from {{ ref('int_rating__usage_days') }}
    where status = 'rated'
),

summed as (
    select
        service_type,
        any_value(currency) as currency,
        sum(charge_amount) as charge_amount,
        case service_type
            when 'voice' then sum(duration_s)
            when 'data' then sum(bytes_total)
            else sum(event_count)
        end as quantity
    from usage_days
    group by service_type
    union all
    select
        'any' as service_type,
        any_value(currency) as currency,
        sum(charge_amount) as charge_amount,
        sum(events) as quantity
    from usage_days
),

priced as (
    select
        service_type,
        currency,
        cast(charge_amount as decimal(38, 6)) as charge_amount,
        cast(quantity as hugeint) as quantity
    from summed
    where quantity > 0
)

select * from priced
