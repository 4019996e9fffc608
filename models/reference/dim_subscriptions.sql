-- One row per version of a subscription; local dates stand beside the instants.
with

versions as (
    select * from {{ ref('int_reference__subscription_versions') }}
),

-- The reason of the end belongs to every version, so that a month can be read by itself.
reasons as (
    select
        subscription_id,
        max(termination_reason) as termination_reason
    from versions
    where status = 'terminated'
    group by subscription_id
),

subscriptions as (
    select
        versions.subscription_id,
        versions.valid_from,
        versions.valid_to,
        cast({{ local_time('versions.valid_from') }} as date) as valid_from_on,
        case
            when versions.valid_to = {{ open_instant() }} then {{ open_date() }}
            else cast({{ local_time('versions.valid_to') }} as date)
        end as valid_to_on,
        versions.plan_id,
        versions.account_id,
        versions.customer_id,
        versions.status,
        versions.service_kind,
        versions.region,
        versions.home_cell_id,
        versions.contract_start_on,
        versions.contract_end_on,
        versions.activated_at,
        cast({{ local_time('versions.activated_at') }} as date) as activated_on,
        versions.terminated_at,
        cast({{ local_time('versions.terminated_at') }} as date) as terminated_on,
        reasons.termination_reason
    from versions
    left join reasons on versions.subscription_id = reasons.subscription_id
)

select * from subscriptions
