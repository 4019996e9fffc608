-- One row per account and local month: the measures of fct_customer_months from their facts.
{{ config(access='protected', contract={'enforced': false}) }}

with

subscriptions as (
    select
        subscription_id,
        account_id
    from {{ ref('int_customer__subscriptions') }}
),

bases as (
    select
        account_id,
        month,
        sum(is_active) as active_subscriptions,
        sum(is_opening) as opening_subscriptions,
        sum(is_added) as gross_adds,
        sum(is_churned) as churned_subscriptions,
        sum(is_voluntary) as voluntary_churned,
        count(*) filter (where has_data) as data_subscriptions
    from {{ ref('int_customer__subscription_months') }}
    group by account_id, month
),

fees as (
    select
        account_id,
        month,
        recurring_amount,
        commitment_amount
    from {{ ref('int_customer__fixed_months') }}
),

used as (
    select
        account_id,
        {{ month_of('usage_date') }} as month,
        sum(charge_amount) as usage_amount,
        sum(voice_s) as voice_s,
        sum(data_bytes) as data_bytes,
        sum(sms_events) as sms_events
    from {{ ref('int_customer__usage_days') }}
    group by account_id, month
),

interconnect as (
    select
        subscriptions.account_id,
        {{ month_of('legs.usage_date') }} as month,
        sum(legs.in_amount_eur) as interconnect_in_amount,
        sum(legs.out_amount_eur) as interconnect_out_amount
    from {{ ref('int_settlement__subscription_days') }} as legs
    inner join subscriptions on legs.subscription_id = subscriptions.subscription_id
    group by subscriptions.account_id, month
),

drops as (
    select
        subscriptions.account_id,
        {{ month_of('dropped_days.usage_date') }} as month,
        sum(dropped_days.dropped_calls) as dropped_calls
    from {{ ref('int_customer__dropped_days') }} as dropped_days
    inner join subscriptions on dropped_days.subscription_id = subscriptions.subscription_id
    group by subscriptions.account_id, month
),

complaints as (
    select
        subscriptions.account_id,
        {{ month_of('tickets.opened_on') }} as month,
        count(*) as tickets
    from {{ ref('int_customer__tickets') }} as tickets
    inner join subscriptions on tickets.subscription_id = subscriptions.subscription_id
    inner join {{ ref('int_customer__months') }} as months
        on tickets.opened_on >= months.month and tickets.opened_on <= months.month_end
    group by subscriptions.account_id, date_trunc('month', tickets.opened_on)
),

measured as (
    select * from bases
    union all by name
    select * from fees
    union all by name
    select * from used
    union all by name
    select * from interconnect
    union all by name
    select * from drops
    union all by name
    select * from complaints
),

summed as (
    select
        account_id,
        month,
        coalesce(sum(active_subscriptions), 0) as active_subscriptions,
        coalesce(sum(opening_subscriptions), 0) as opening_subscriptions,
        coalesce(sum(gross_adds), 0) as gross_adds,
        coalesce(sum(churned_subscriptions), 0) as churned_subscriptions,
        coalesce(sum(voluntary_churned), 0) as voluntary_churned,
        coalesce(sum(data_subscriptions), 0) as data_subscriptions,
        coalesce(sum(recurring_amount), 0) as recurring_amount,
        coalesce(sum(commitment_amount), 0) as commitment_amount,
        coalesce(sum(usage_amount), 0) as usage_amount,
        coalesce(sum(interconnect_in_amount), 0) as interconnect_in_amount,
        coalesce(sum(interconnect_out_amount), 0) as interconnect_out_amount,
        coalesce(sum(voice_s), 0) as voice_s,
        coalesce(sum(data_bytes), 0) as data_bytes,
        coalesce(sum(sms_events), 0) as sms_events,
        coalesce(sum(dropped_calls), 0) as dropped_calls,
        coalesce(sum(tickets), 0) as tickets
    from measured
    group by account_id, month
)

select * from summed
