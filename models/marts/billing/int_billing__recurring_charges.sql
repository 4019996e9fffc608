-- One row per subscription, plan period, plan price and local month: the monthly fee by days.
{{ config(access='protected', contract={'enforced': false}) }}

with

plan_periods as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        first_on,
        end_on
    from {{ ref('int_billing__plan_periods') }}
),

plans as (
    select
        plan_id,
        rate_card_id,
        monthly_fee,
        valid_from,
        valid_to
    from {{ ref('dim_plans') }}
),

-- A plan's fee is taxed like most of the prices on its rate card.
class_counts as (
    select
        rate_card_id,
        tax_class,
        currency,
        count(*) as prices
    from {{ ref('dim_rate_cards') }}
    group by rate_card_id, tax_class, currency
),

tax_classes as (
    select
        rate_card_id,
        arg_max(tax_class, (prices, tax_class)) as tax_class,
        arg_max(currency, (prices, tax_class)) as currency
    from class_counts
    group by rate_card_id
),

data_to as (
    select
        {{ month_of('data_from') }} as first_month,
        data_to
    from {{ ref('int_billing__data_to') }}
),

-- The open month accrues up to the last day of data; whole months are charged whole.
priced_periods as (
    select
        plan_periods.subscription_id,
        plan_periods.account_id,
        plan_periods.customer_id,
        plan_periods.plan_id,
        plans.rate_card_id,
        plans.monthly_fee,
        greatest(plan_periods.first_on, plans.valid_from, data_to.first_month) as first_on,
        least(plan_periods.end_on, plans.valid_to, data_to.data_to + 1) as end_on
    from plan_periods
    inner join plans
        on
            plan_periods.plan_id = plans.plan_id
            and plan_periods.first_on < plans.valid_to
            and plan_periods.end_on > plans.valid_from
    cross join data_to
),

months as (
    select
        priced_periods.*,
        cast(
            unnest(generate_series(
                date_trunc('month', priced_periods.first_on),
                priced_periods.end_on - 1,
                interval '1 month'
            )) as date
        ) as month
    from priced_periods
    where priced_periods.first_on < priced_periods.end_on
),

counted as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        rate_card_id,
        month,
        monthly_fee,
        greatest(first_on, month) as period_from,
        least(end_on, last_day(month) + 1) as period_to,
        day(last_day(month)) as days_in_month
    from months
),

charged as (
    select
        counted.*,
        tax_classes.tax_class,
        tax_classes.currency,
        counted.period_to - counted.period_from as active_days,
        {{ function('exact_prorated_fee') }}(
            counted.monthly_fee, counted.period_to - counted.period_from, counted.days_in_month
        ) as exact_amount,
        {{ function('prorated_fee') }}(
            counted.monthly_fee, counted.period_to - counted.period_from, counted.days_in_month
        ) as net_amount
    from counted
    inner join tax_classes on counted.rate_card_id = tax_classes.rate_card_id
)

select * from charged
