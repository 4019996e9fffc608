-- One row per snapshot: what became of it in the label window, where the window is over.
{{ config(access='protected', contract={'enforced': false}) }}

with

snapshots as (
    select
        subscription_id,
        snapshot_on,
        label_rule_id,
        snapshot_on + gap_days as window_after_on,
        snapshot_on + gap_days + horizon_days as window_to_on
    from {{ ref('int_churn__snapshots') }}
),

ends as (
    select
        subscription_id,
        terminated_on,
        is_voluntary_end
    from {{ ref('int_customer__subscriptions') }}
    where terminated_on is not null
),

-- The reasons a product gives at its end; a later version that is active again takes the end back.
returns as (
    select
        subscription_id,
        valid_from_on as returned_on
    from {{ ref('dim_subscriptions') }}
    where status = 'active'
),

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

judged as (
    select
        snapshots.subscription_id,
        snapshots.snapshot_on,
        snapshots.label_rule_id,
        snapshots.window_to_on <= data_to.data_to as is_known,
        ends.is_voluntary_end,
        ends.terminated_on,
        coalesce(
            ends.terminated_on > snapshots.window_after_on
            and ends.terminated_on <= snapshots.window_to_on, false
        ) as is_ended,
        coalesce(ends.terminated_on <= snapshots.window_after_on, false) as is_ended_early,
        exists(
            select 1
            from returns
            where
                returns.subscription_id = snapshots.subscription_id
                and returns.returned_on > ends.terminated_on
                and returns.returned_on <= snapshots.window_to_on
        ) as is_returned
    from snapshots
    left join ends
        on
            snapshots.subscription_id = ends.subscription_id
            and snapshots.snapshot_on < ends.terminated_on
    cross join data_to
),

-- An involuntary end is neither a churner nor a loyal customer of this model: it leaves the sample.
labelled as (
    select
        subscription_id,
        snapshot_on,
        label_rule_id,
        is_known,
        is_known and not is_returned
        and (is_ended_early or (is_ended and not is_voluntary_end)) as is_censored,
        case
            when is_known then cast(is_ended and is_voluntary_end and not is_returned as integer)
        end as is_churned
    from judged
)

select * from labelled
