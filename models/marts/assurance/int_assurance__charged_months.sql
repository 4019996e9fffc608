-- Postpaid subscriptions active in a billed month, and how many of them any bill line names.
{{ config(access='private', contract={'enforced': false}) }}

with

periods as (
    select
        subscription_id,
        account_id,
        first_on,
        end_on
    from {{ ref('int_billing__plan_periods') }}
),

accounts as (
    select account_id
    from {{ ref('dim_accounts') }}
    where payment_kind = 'postpaid'
),

lines as (
    select
        bill_month as month,
        subscription_id
    from {{ ref('fct_bill_lines') }}
    group by all
),

months as (
    select month
    from lines
    group by month
),

active as (
    select
        months.month,
        periods.subscription_id
    from periods
    inner join accounts
        on periods.account_id = accounts.account_id
    inner join months
        on
            periods.first_on <= last_day(months.month)
            and periods.end_on > months.month
    group by all
),

counted as (
    select
        active.month,
        count(*) as active_subscriptions,
        count(lines.subscription_id) as charged_subscriptions
    from active
    left join lines
        on
            active.month = lines.month
            and active.subscription_id = lines.subscription_id
    group by active.month
)

select * from counted
