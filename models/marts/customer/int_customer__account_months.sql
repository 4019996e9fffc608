-- One row per account and local month: the measures of fct_customer_months from their facts.
{{ config(access='protected', contract={'enforced': false}) }}

{% set measures = [
    'active_subscriptions', 'opening_subscriptions', 'gross_adds', 'churned_subscriptions',
    'voluntary_churned', 'data_subscriptions', 'recurring_amount', 'usage_amount',
    'interconnect_in_amount', 'interconnect_out_amount', 'voice_s', 'data_bytes', 'sms_events',
    'dropped_calls', 'tickets'
] %}

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
        sum(net_amount) as recurring_amount
    from {{ ref('int_billing__recurring_charges') }}
    group by account_id, month
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
    {%- for measure in measures %}
        coalesce(sum({{ measure }}), 0) as {{ measure }}{{ ',' if not loop.last }}
    
    {%- endfor %}
    from measured
    group by account_id, month
)

select * from summed
