-- What became of usage by local day: rated, waiting for an owner, or owned and waiting for a price.
{{ config(access='private', contract={'enforced': false}) }}

with

guiding_reasons as (
    select reason_code from {{ ref('quarantine_rules') }}
    where stage = 'guiding'
),

-- What no customer of ours made is guided when a partner stands behind its trunk or its network.
others as (
    select
        usage_date as day,
        1 as events,
        duration_s,
        bytes_total,
        event_count,
        case
            when status = 'rated' then 'rated'
            when partner_id is null then 'unguided'
            else 'unrated'
        end as fate,
        partner_id is not null as is_owned
    from {{ ref('fct_rated_usage') }}
    where rating_run <> 'retail' and {{ stands_for_event() }}
),

usage_days as (
    select
        usage_days.usage_date as day,
        usage_days.events,
        usage_days.duration_s,
        usage_days.bytes_total,
        usage_days.event_count,
        case
            when usage_days.status = 'rated' then 'rated'
            when guiding_reasons.reason_code is not null then 'unguided'
            else 'unrated'
        end as fate,
        usage_days.subscription_id is not null as is_owned
    from {{ ref('int_rating__usage_days') }} as usage_days
    left join guiding_reasons
        on usage_days.reason_code = guiding_reasons.reason_code
),

fates as (
    select * from usage_days
    union all
    select * from others
)

select * from fates
