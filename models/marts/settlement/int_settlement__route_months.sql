-- Outgoing routes per month: what customers paid against what the partner charges, in reporting
-- currency. Allowances make a route look cheap, so it is a list to look at, not a fault.
{{ config(access='protected', contract={'enforced': false}) }}

with

legs as (
    select
        cast(date_trunc('month', started_local) as date) as month,
        partner_id,
        service_type,
        destination_id,
        currency,
        legs,
        amount,
        retail_amount
    from {{ ref('int_settlement__subscription_legs') }}
    where direction = 'out' and not is_carried
),

fx_rates as (
    select
        from_currency,
        valid_from,
        valid_to,
        rate
    from {{ ref('dim_fx_rates') }}
    where to_currency = '{{ var("reporting_currency") }}' and rate_type = 'month_end'
),

summed as (
    select
        month,
        partner_id,
        service_type,
        destination_id,
        currency,
        cast(sum(legs) as bigint) as legs,
        cast(sum(amount) as decimal(18, 6)) as amount,
        cast(sum(retail_amount) as decimal(18, 6)) as retail_amount
    from legs
    group by all
),

converted as (
    select
        summed.*,
        case
            when summed.currency = '{{ var("reporting_currency") }}'
                then cast(summed.amount as decimal(18, 2))
            else {{ function('converted_amount') }}(summed.amount, fx_rates.rate)
        end as wholesale_amount
    from summed
    left join fx_rates
        on
            summed.currency = fx_rates.from_currency
            and last_day(summed.month) >= fx_rates.valid_from
            and last_day(summed.month) < fx_rates.valid_to
),

routes as (
    select
        month,
        partner_id,
        service_type,
        destination_id,
        legs,
        retail_amount,
        wholesale_amount,
        cast(retail_amount - wholesale_amount as decimal(18, 2)) as margin_amount
    from converted
)

select * from routes
