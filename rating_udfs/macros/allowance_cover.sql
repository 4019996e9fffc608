{#- Steps that say which of the `buckets` may cover the events of the step `sized`, whose they are, in which
    period they were granted, and how much. `sharing_stays` lists the few stays that an event's own does
    not show. Ends with the step `covered`. -#}
{% macro covered_steps(is_money, wanted) -%}
eligible as (
    select
        sized.usage_id,
        sized.started_at,
        sized.started_local,
        sized.usage_date,
        sized.subscription_id,
        sized.plan_id,
        {{ wanted }} as wanted_quantity,
        sized.plan_from,
        sized.plan_to,
        buckets.bucket_no,
        buckets.drain_level,
        buckets.quantity,
        buckets.is_prorated,
        buckets.rollover_max,
        buckets.carried_periods,
        buckets.periods_back,
        buckets.turn,
        buckets.valid_from,
        buckets.valid_to,
        buckets.period,
        buckets.scope,
        case buckets.scope
            when 'account' then sized.account_id
            when 'pool' then buckets.pool_id
            else sized.subscription_id
        end as scope_id,
        case
            when buckets.scope = 'subscription' and buckets.period not in ('cycle', 'day', 'one_off')
                then greatest(buckets.valid_from, sized.plan_from)
            else buckets.valid_from
        end as counted_from
    from sized
    inner join buckets
        on
            sized.plan_id = buckets.plan_id
            and sized.service_type = buckets.service_type
            and {{ 'buckets.is_money' if is_money else 'not buckets.is_money' }}
            and sized.usage_date >= buckets.valid_from
            and sized.usage_date < buckets.valid_to
            and {{ is_listed('sized.destination_kind', 'buckets.destination_kinds') }}
            and {{ is_listed('sized.destination_id', 'buckets.destination_ids') }}
            and {{ is_listed('sized.band_id', 'buckets.band_ids') }}
            and {{ is_listed('sized.origin_zone', 'buckets.origin_zones') }}
),

timed as (
    select
        *,
        {{ period_start('period', 'usage_date', 'counted_from', 'valid_from') }} as used_period_start
    from eligible
),

granted as (
    select
        *,
        case
            when periods_back = 0 then used_period_start
            else {{ periods_later('period', 'used_period_start', '-periods_back') }}
        end as period_start
    from timed
),

bounded as (
    select
        *,
        {{ period_end('period', 'period_start', 'valid_to') }} as period_end
    from granted
),

{{ held_steps() }},

-- Nothing goes on from a period before the grants began, or in which nobody was under the plan.
covered as (
    select
        usage_id,
        started_at,
        started_local,
        subscription_id,
        wanted_quantity,
        bucket_no,
        drain_level,
        scope_id,
        period_start,
        periods_back > 0 as is_rollover,
        rollover_max,
        case
            when carried_periods = 0 then period_end
            else {{ periods_later('period', 'period_start', '(carried_periods + 1)') }}
        end as expires_on,
        case turn
            when 'day' then usage_date
            when 'month' then {{ month_of('usage_date') }}
            when 'once' then {{ first_date() }}
        end as turn_on,
        case
            when is_prorated and period_end < {{ open_date() }}
                then {{ function('prorated_quantity') }}(
                    quantity, held_days, {{ days_between('period_start', 'period_end') }}
                )
            else quantity
        end as granted_quantity
    from held
    where
        periods_back = 0
        or (period_end > counted_from and held_days > 0)
)
{%- endmacro %}
