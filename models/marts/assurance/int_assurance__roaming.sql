-- RA19: events that visited networks reported within four hours. RA17: events abroad that a visited
-- network charges otherwise than its agreement says, by more than a minor unit or in another
-- currency. An event without a price of ours is one of RA20L.
{{ config(access='private', contract={'enforced': false}) }}

with

agreed as (
    select
        usage_id,
        charge_amount,
        currency
    from {{ ref('fct_rated_usage') }}
    where rating_run = 'roaming_out' and status = 'rated'
),

charged as (
    select
        usage_id,
        period_month,
        charge_amount,
        currency
    from {{ ref('fct_tap_events') }}
    where not is_repeat and not is_test and service_type is not null
),

months as (
    select
        charged.period_month,
        count_if(
            charged.currency is distinct from agreed.currency
            or abs(charged.charge_amount - agreed.charge_amount) > 0.01
        ) as charged_otherwise
    from charged
    inner join agreed on charged.usage_id = agreed.usage_id
    group by charged.period_month
),

deliveries as (
    select
        sender,
        cast(date_trunc('month', {{ local_time('available_at') }}) as date) as period_month,
        sum(events) as events,
        sum(late_events) as late_events
    from {{ ref('fct_nrtrde_deliveries') }}
    group by sender, date_trunc('month', {{ local_time('available_at') }})
),

results as (
    select
        'RA17' as control_id,
        'month' as scope_kind,
        strftime(period_month, '%Y-%m') as scope_value,
        period_month as scope_month,
        0 as expected_value,
        charged_otherwise as actual_value
    from months
    union all
    select
        'RA19' as control_id,
        'partner, month' as scope_kind,
        concat(sender, ' ', strftime(period_month, '%Y-%m')) as scope_value,
        period_month as scope_month,
        events as expected_value,
        events - late_events as actual_value
    from deliveries
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    cast(expected_value as decimal(38, 6)) as expected_value,
    cast(actual_value as decimal(38, 6)) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
