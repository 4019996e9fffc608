{#- Length of a period in days, for the order of draining: whole validities come last. -#}
{% macro period_days(period) -%}
case {{ period }}
    when 'day' then 1
    when 'cycle' then 31
    when 'one_off' then 1000000
    else cast(split_part({{ period }}, ' ', 1) as integer)
end
{%- endmacro %}

{#- First day of the period that holds a date; periods of N days count from an anchor. -#}
{% macro period_start(period, on, anchor, valid_from) -%}
case
    when {{ period }} = 'cycle' then {{ month_of(on) }}
    when {{ period }} = 'day' then {{ on }}
    when {{ period }} = 'one_off' then {{ valid_from }}
    else {{ days_after(
        anchor,
        int_div(days_between(anchor, on), period_days(period)) ~ ' * ' ~ period_days(period)
    ) }}
end
{%- endmacro %}

{#- First day after a period. -#}
{% macro period_end(period, start, valid_to) -%}
case
    when {{ period }} = 'cycle' then {{ next_month(start) }}
    when {{ period }} = 'one_off' then {{ valid_to }}
    else {{ days_after(start, period_days(period)) }}
end
{%- endmacro %}

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

{#- Steps that drain the buckets of the step `covered` level by level, each level leaving the rest to
    the next. Only what a bucket covers is sorted, by (started_at, usage_id), which is total. Ends
    with the step `drawn`: one row per event and bucket that gave something. -#}
{% macro drained_steps() -%}
{% for level in range(1, var('allowance_ranks') + 1) %}
{% if level > 1 %}
earlier_{{ level }} as (
    select
        draws.usage_id,
        sum(draws.used_quantity) as used_quantity
    from (
        {% for earlier_level in range(1, level) %}
        select
            usage_id,
            used_quantity
        from drawn_{{ earlier_level }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as draws
    inner join covered
        on
            draws.usage_id = covered.usage_id
            and covered.drain_level = {{ level }}
    group by draws.usage_id
),

{% endif %}
demanded_{{ level }} as (
    select
        covered.*,
        covered.wanted_quantity{% if level > 1 %} - coalesce(earlier.used_quantity, 0){% endif %} as demanded_quantity
    from covered
    {% if level > 1 %}
    left join earlier_{{ level }} as earlier on covered.usage_id = earlier.usage_id
    {% endif %}
    where covered.drain_level = {{ level }}
),

summed_{{ level }} as (
    select
        *,
        sum(demanded_quantity) over (
            partition by scope_id, bucket_no, period_start
            order by started_at, usage_id rows between unbounded preceding and current row
        ) as running_quantity
    from demanded_{{ level }}
),

drawn_{{ level }} as (
    select
        *,
        least(granted_quantity, running_quantity)
        - least(granted_quantity, running_quantity - demanded_quantity) as used_quantity
    from summed_{{ level }}
),

{% endfor %}
drawn as (
    {% for level in range(1, var('allowance_ranks') + 1) %}
    select * from drawn_{{ level }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

draws as (
    select
        usage_id,
        started_at,
        started_local,
        subscription_id,
        plan_id,
        bucket_id,
        scope_id,
        period_start,
        cast(used_quantity as bigint) as used_quantity,
        cast(granted_quantity - least(granted_quantity, running_quantity) as bigint)
            as remaining_quantity,
        granted_quantity
    from drawn
    where used_quantity > 0
)
{%- endmacro %}
