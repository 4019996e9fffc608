-- One row per activation, termination or plan change of a subscription.
with

subscriptions as (
    select
        subscription_id,
        customer_id,
        plan_id,
        activated_on,
        terminated_on,
        termination_reason
    from {{ ref('int_customer__subscriptions') }}
),

versions as (
    select
        subscription_id,
        customer_id,
        valid_from,
        valid_from_on,
        plan_id,
        lag(plan_id) over (
            partition by subscription_id order by valid_from
        ) as previous_plan_id
    from {{ ref('dim_subscriptions') }}
),

first_plans as (
    select
        subscription_id,
        arg_min(plan_id, valid_from) as plan_id
    from versions
    group by subscription_id
),

activations as (
    select
        subscriptions.subscription_id,
        subscriptions.customer_id,
        subscriptions.activated_on as event_on,
        'activation' as event_kind,
        cast(null as varchar) as reason,
        first_plans.plan_id,
        cast(null as varchar) as previous_plan_id
    from subscriptions
    inner join first_plans on subscriptions.subscription_id = first_plans.subscription_id
),

terminations as (
    select
        subscription_id,
        customer_id,
        terminated_on as event_on,
        'termination' as event_kind,
        termination_reason as reason,
        plan_id,
        cast(null as varchar) as previous_plan_id
    from subscriptions
    where terminated_on is not null
),

plan_changes as (
    select
        subscription_id,
        customer_id,
        valid_from_on as event_on,
        'plan_change' as event_kind,
        cast(null as varchar) as reason,
        plan_id,
        previous_plan_id
    from versions
    where previous_plan_id is not null and previous_plan_id != plan_id
),

events as (
    select * from activations
    union all
    select * from terminations
    union all
    select * from plan_changes
),

keyed as (
    select
        md5(concat_ws(
            '|', events.subscription_id, events.event_kind, events.event_on, events.plan_id,
            coalesce(events.previous_plan_id, '-')
        )) as subscription_event_id,
        events.*
    from events
)

select * from keyed
