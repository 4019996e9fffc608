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
