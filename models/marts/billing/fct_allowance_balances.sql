-- Every grant that was drawn on: what was drawn of it, what went on, what expired, what is left.
-- Balances are those the draws recorded, so that they can be held against the sum of the draws.
with

data_to as (
    select data_to from {{ ref('int_billing__data_to') }}
),

allowances as (
    select * from {{ ref('dim_allowances') }}
),

drawn as (
    select
        scope_id,
        plan_id,
        bucket_id,
        bucket_from,
        period_start,
        expires_on,
        max(granted_quantity) as granted_quantity,
        cast(coalesce(sum(used_quantity) filter (where not is_rollover), 0) as bigint)
            as drawn_quantity,
        cast(coalesce(sum(used_quantity) filter (where is_rollover), 0) as bigint)
            as rollover_drawn_quantity,
        coalesce(min(remaining_quantity) filter (where not is_rollover), max(granted_quantity))
            as left_quantity,
        min(remaining_quantity) filter (where is_rollover) as rollover_left_quantity
    from {{ ref('int_rating__grant_months') }}
    group by scope_id, plan_id, bucket_id, bucket_from, period_start, expires_on
),

terms as (
    select
        drawn.*,
        allowances.scope,
        allowances.unit,
        allowances.period,
        data_to.data_to,
        case
            when allowances.period = 'one_off' or allowances.rollover_max = 0 then 0
            else allowances.rollover_periods
        end as carried_periods,
        allowances.rollover_max
    from drawn
    inner join allowances
        on
            drawn.plan_id = allowances.plan_id
            and drawn.bucket_id = allowances.bucket_id
            and drawn.bucket_from = allowances.valid_from
    cross join data_to
),

ended as (
    select
        *,
        case
            when carried_periods = 0 then expires_on
            else {{ periods_later('period', 'expires_on', '-carried_periods') }}
        end as period_end
    from terms
),

carried as (
    select
        *,
        period_end <= data_to as is_over,
        expires_on <= data_to as is_expired,
        case
            when carried_periods > 0 and period_end <= data_to
                then least(left_quantity, rollover_max)
            else 0
        end as rollover_quantity
    from ended
),

balanced as (
    select
        *,
        case
            when is_over then coalesce(rollover_left_quantity, rollover_quantity)
            else left_quantity
        end as unspent_quantity
    from carried
)

select
    md5(concat_ws('|', scope, scope_id, plan_id, bucket_id, bucket_from, period_start)) as grant_id,
    scope,
    scope_id,
    plan_id,
    bucket_id,
    unit,
    period_start,
    period_end,
    expires_on,
    cast(granted_quantity as bigint) as granted_quantity,
    drawn_quantity,
    cast(rollover_quantity as bigint) as rollover_quantity,
    rollover_drawn_quantity,
    cast(
        case when is_over then left_quantity - rollover_quantity else 0 end
        + case when is_expired then unspent_quantity else 0 end as bigint
    ) as expired_quantity,
    cast(case when is_expired then 0 else unspent_quantity end as bigint) as closing_quantity
from balanced
