-- One row per subscription, account and plan held without a break, with its charged local days.
{{ config(access='protected', contract={'enforced': false}) }}

with

versions as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        valid_from,
        valid_to,
        activated_on,
        coalesce(terminated_on, {{ open_date() }}) as terminated_on
    from {{ ref('dim_subscriptions') }}
    where status != 'terminated'
),

-- An attribute change (cell, region, suspension) is not a new plan.
marked as (
    select
        versions.*,
        coalesce(
            versions.plan_id = lag(versions.plan_id) over subscription_versions
            and versions.account_id = lag(versions.account_id) over subscription_versions
            and versions.valid_from <= lag(versions.valid_to) over subscription_versions, false
        ) as is_continued
    from versions
    window subscription_versions as (
        partition by versions.subscription_id order by versions.valid_from
    )
),

numbered as (
    select
        marked.*,
        count(*) filter (where not marked.is_continued) over (
            partition by marked.subscription_id order by marked.valid_from
        ) as period_no
    from marked
),

periods as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        period_no,
        activated_on,
        terminated_on,
        {{ local_time('min(valid_from)') }} as from_local,
        {{ local_time('max(valid_to)') }} as to_local
    from numbered
    group by all
),

-- A day belongs to the plan held at its 00:00; activation day counts, termination day does not.
charged_days as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        period_no,
        case
            when period_no = 1 and cast(from_local as date) = activated_on then activated_on
            else cast(date_trunc('day', from_local + interval '1 day' - interval '1 us') as date)
        end as first_on,
        least(
            cast(date_trunc('day', to_local + interval '1 day' - interval '1 us') as date),
            terminated_on
        ) as end_on
    from periods
)

select * from charged_days
where first_on < end_on
