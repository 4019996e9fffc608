-- One row per subscription and local month in which it was in force for at least a moment.
{{ config(access='protected', contract={'enforced': false}) }}

with

months as (
    select
        month,
        month_end
    from {{ ref('int_customer__months') }}
),

subscriptions as (
    select
        subscription_id,
        account_id,
        payment_kind,
        segment,
        activated_on,
        coalesce(terminated_on, {{ open_date() }}) as terminated_on,
        is_voluntary_end
    from {{ ref('int_customer__subscriptions') }}
),

active_rules as (
    select
        payment_kind,
        inactivity_days,
        valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ ref('active_rules') }}
),

used as (
    select
        subscription_id,
        {{ month_of('usage_date') }} as month,
        max(usage_date) filter (where own_events > 0) as last_use_on,
        sum(data_bytes) > 0 as has_data
    from {{ ref('int_customer__usage_days') }}
    group by subscription_id, month
),

in_force as (
    select
        subscriptions.*,
        months.month,
        months.month_end,
        coalesce(used.has_data, false) as has_data,
        max(used.last_use_on) over (
            partition by subscriptions.subscription_id order by months.month
        ) as last_use_on
    from subscriptions
    inner join months
        on
            subscriptions.activated_on <= months.month_end
            and subscriptions.terminated_on >= months.month
    left join used
        on subscriptions.subscription_id = used.subscription_id and months.month = used.month
),

counted as (
    select
        in_force.subscription_id,
        in_force.account_id,
        in_force.segment,
        in_force.payment_kind,
        in_force.month,
        in_force.month_end,
        in_force.has_data,
        cast(date_diff('month', in_force.activated_on, in_force.month) as integer)
            as tenure_months,
        cast(in_force.activated_on < in_force.month as integer) as is_opening,
        cast(in_force.activated_on >= in_force.month as integer) as is_added,
        cast(in_force.terminated_on <= in_force.month_end as integer) as is_churned,
        cast(
            in_force.terminated_on <= in_force.month_end and in_force.is_voluntary_end as integer
        ) as is_voluntary,
        cast(
            in_force.terminated_on > in_force.month_end
            and (
                active_rules.inactivity_days is null
                or in_force.last_use_on > in_force.month_end - active_rules.inactivity_days
            ) as integer
        ) as is_active
    from in_force
    left join active_rules
        on
            in_force.payment_kind = active_rules.payment_kind
            and in_force.month_end >= active_rules.valid_from
            and in_force.month_end < active_rules.valid_to
)

select * from counted
