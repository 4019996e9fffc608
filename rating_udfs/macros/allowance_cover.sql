{#- Steps that say which of the `buckets` may cover the events of the step `sized`, whose they are, in which
    period, and what that grants. Ends with the step `covered`. -#}
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
        buckets.bucket_id,
        buckets.bucket_no,
        buckets.drain_level,
        buckets.quantity,
        buckets.is_prorated,
        buckets.valid_from,
        buckets.valid_to,
        buckets.period,
        case buckets.scope
            when 'account' then sized.account_id
            when 'pool' then buckets.pool_id
            else sized.subscription_id
        end as scope_id,
        case
            when buckets.scope = 'subscription' then greatest(buckets.valid_from, sized.plan_from)
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
        {{ period_start('period', 'usage_date', 'counted_from', 'valid_from') }} as period_start
    from eligible
),

bounded as (
    select
        *,
        {{ period_end('period', 'period_start', 'valid_to') }} as period_end
    from timed
),

covered as (
    select
        usage_id,
        started_at,
        started_local,
        subscription_id,
        plan_id,
        wanted_quantity,
        bucket_id,
        bucket_no,
        drain_level,
        scope_id,
        period_start,
        case
            when is_prorated and period_end < {{ open_date() }}
                then {{ function('prorated_quantity') }}(
                    quantity,
                    greatest({{ days_between(
                        'greatest(period_start, plan_from)', 'least(period_end, plan_to)'
                    ) }}, 0),
                    {{ days_between('period_start', 'period_end') }}
                )
            else quantity
        end as granted_quantity
    from bounded
)
{%- endmacro %}
