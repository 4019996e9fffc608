-- What a charge cap forgives: of an event, as much as would lift its period above the cap. The cap
-- of the service goes before the one of all services; an event counts under one of them only.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

caps as (
    select
        *,
        dense_rank() over (order by plan_id, service_type, valid_from) as cap_no
    from {{ ref('dim_charge_caps') }}
),

paid as (
    select
        usage_id,
        cast(sum(used_quantity) as bigint) as paid_micro
    from {{ ref('int_rating__money_draws') }}
    group by usage_id
),

capped as (
    select
        priced.usage_id,
        priced.started_at,
        priced.started_local,
        priced.subscription_id,
        coalesce(own.cap_no, general.cap_no) as cap_no,
        coalesce(own.cap_amount, general.cap_amount) as cap_amount,
        coalesce(own.period, general.period) as period,
        priced.usage_date,
        priced.net_amount
        - cast(coalesce(paid.paid_micro, 0) as decimal(18, 0)) * cast(0.000001 as decimal(6, 6))
            as amount
    from {{ ref('int_rating__priced') }} as priced
    left join caps as own
        on
            priced.plan_id = own.plan_id
            and priced.service_type = own.service_type
            and priced.usage_date >= own.valid_from
            and priced.usage_date < own.valid_to
    left join caps as general
        on
            priced.plan_id = general.plan_id
            and general.service_type = '*any'
            and priced.usage_date >= general.valid_from
            and priced.usage_date < general.valid_to
    left join paid on priced.usage_id = paid.usage_id
    where
        priced.has_charge_cap
        and priced.rating_run = 'retail'
        and priced.reason_code is null
        and priced.net_amount > 0
        and coalesce(own.cap_no, general.cap_no) is not null
),

summed as (
    select
        *,
        sum(amount) over (
            partition by
                subscription_id, cap_no,
                {{ period_start('period', 'usage_date', 'usage_date', 'usage_date') }}
            order by started_at, usage_id
            rows between unbounded preceding and current row
        ) as running_amount
    from capped
),

cap_reliefs as (
    select
        usage_id,
        started_local,
        cast(
            amount - least(cap_amount, running_amount) + least(cap_amount, running_amount - amount)
            as decimal(18, 6)
        ) as cap_amount
    from summed
    where running_amount > cap_amount
)

select * from cap_reliefs
