-- In reporting currency at the month-end rate, so that a rate that arrives later reaches past days.
-- Legs without a rate add nothing and are counted: control RA20X lists their statements.
{{ config(access='protected', contract={'enforced': false}, materialized='table') }}

with

summed as (
    select
        usage_date,
        subscription_id,
        direction,
        currency,
        amount,
        legs
    from {{ ref('int_settlement__subscription_sums') }}
),

months as (
    select distinct last_day(usage_date) as month_end
    from summed
),

-- One rate a month and currency first: days then find it by equality.
fx_rates as (
    select
        dim_fx_rates.from_currency,
        months.month_end,
        dim_fx_rates.rate
    from months
    inner join {{ ref('dim_fx_rates') }} as dim_fx_rates
        on
            months.month_end >= dim_fx_rates.valid_from
            and months.month_end < dim_fx_rates.valid_to
    where
        dim_fx_rates.to_currency = '{{ var("reporting_currency") }}'
        and dim_fx_rates.rate_type = 'month_end'
),

converted as (
    select
        summed.*,
        cast(
            case
                when summed.currency = '{{ var("reporting_currency") }}' then summed.amount
                else summed.amount * cast(fx_rates.rate as decimal(18, 8))
            end as decimal(38, 6)
        ) as reporting_amount
    from summed
    left join fx_rates
        on
            summed.currency = fx_rates.from_currency
            and last_day(summed.usage_date) = fx_rates.month_end
),

days as (
    select
        usage_date,
        subscription_id,
        cast(coalesce(sum(reporting_amount) filter (
            where {{ is_receivable('direction') }}
        ), 0) as decimal(38, 6))
            as in_amount_eur,
        cast(coalesce(sum(reporting_amount) filter (
            where not {{ is_receivable('direction') }}
        ), 0) as decimal(38, 6))
            as out_amount_eur,
        cast(sum(legs) as bigint) as legs,
        cast(coalesce(sum(legs) filter (where reporting_amount is null), 0) as bigint)
            as legs_without_fx
    from converted
    group by all
)

select * from days
