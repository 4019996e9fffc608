-- How long a subscription stays under a plan without a break, in instants and in local dates.
with

versions as (
    select
        subscription_id,
        plan_id,
        valid_from,
        valid_to,
        case
            when lag(valid_to) over stay = valid_from and lag(plan_id) over stay = plan_id then 0
            else 1
        end as opens_stay
    from {{ ref('dim_subscriptions') }}
    where status <> 'terminated'
    window stay as (partition by subscription_id order by valid_from)
),

numbered as (
    select
        *,
        sum(opens_stay) over (
            partition by subscription_id order by valid_from
            rows between unbounded preceding and current row
        ) as stay_no
    from versions
),

stays as (
    select
        subscription_id,
        min(plan_id) as plan_id,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from numbered
    group by subscription_id, stay_no
),

-- The day of the change counts for the new plan.
plan_stays as (
    select
        *,
        cast({{ local_time('valid_from') }} as date) as plan_from,
        cast({{ local_time('valid_to') }} as date) as plan_to
    from stays
)

select * from plan_stays
