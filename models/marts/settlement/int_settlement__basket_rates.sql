-- What one SDR is worth in a visited network's currency by its basket and our own exchange rates,
-- on the days that TAP files came; or why that cannot be said.
{{ config(access='private', contract={'enforced': false}) }}

with

days as (
    select distinct
        {{ local_day('available_at') }} as rate_date,
        local_currency
    from {{ ref('stg_tap_in__batches') }}
    where available_at is not null and local_currency is not null
),

-- Worth of a unit in reporting currency, in hundred-millionths: whole numbers keep products exact.
fx_rates as (
    select
        from_currency as currency,
        valid_from,
        valid_to,
        {{ wide_int('rate * 100000000') }} as worth_e8
    from {{ ref('dim_fx_rates') }}
    where to_currency = '{{ var("reporting_currency") }}' and rate_type = 'month_end'
    union all
    select
        '{{ var("reporting_currency") }}' as currency,
        {{ first_date() }} as valid_from,
        {{ open_date() }} as valid_to,
        {{ wide_int(100000000) }} as worth_e8
),

baskets as (
    select
        days.rate_date,
        days.local_currency,
        count(*) as currencies,
        count(fx_rates.worth_e8) as priced_currencies,
        {{ wide_int(
            'sum(' ~ wide_int('dim_sdr_baskets.amount_per_sdr * 100000000') ~ ' * fx_rates.worth_e8)'
        ) }} as worth_e16
    from days
    inner join {{ ref('dim_sdr_baskets') }} as dim_sdr_baskets
        on
            days.rate_date >= dim_sdr_baskets.valid_from
            and days.rate_date < dim_sdr_baskets.valid_to
    left join fx_rates
        on
            dim_sdr_baskets.currency = fx_rates.currency
            and days.rate_date >= fx_rates.valid_from
            and days.rate_date < fx_rates.valid_to
    group by days.rate_date, days.local_currency
),

joined as (
    select
        days.rate_date,
        days.local_currency,
        baskets.worth_e16,
        fx_rates.worth_e8,
        case
            when baskets.currencies is null then 'no_basket'
            when baskets.priced_currencies < baskets.currencies or fx_rates.worth_e8 is null
                then 'no_fx'
        end as reason_code
    from days
    left join baskets
        on
            days.rate_date = baskets.rate_date
            and days.local_currency = baskets.local_currency
    left join fx_rates
        on
            days.local_currency = fx_rates.currency
            and days.rate_date >= fx_rates.valid_from
            and days.rate_date < fx_rates.valid_to
)

select
    rate_date,
    local_currency,
    reason_code,
    case
        when reason_code is null
            then
                cast(
                    {{ function('rounded_ratio') }}(worth_e16, worth_e8, 'half_up')
                    as decimal(18, 0)
                ) * cast(0.00000001 as decimal(8, 8))
    end as basket_rate
from joined
