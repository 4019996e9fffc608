{#- Steps that drain a step of coverage level by level, each level leaving the rest to the next. Only what a
    bucket covers is sorted, by (started_at, usage_id), which is total. Ends with the step `<prefix>drawn`:
    one row per event and bucket that gave something.
    `source`: a step with the columns of `covered`; `is_plain`: whether to drain, of it, what can be drained at
    once, else it has stock_quantity, what a bucket still holds, and carried_quantity, what went on. -#}
{% macro drained_levels(source, prefix, is_plain) -%}
{% for level in range(1, var('allowance_ranks') + 1) %}
{% if level > 1 %}
{{ prefix }}earlier_{{ level }} as (
    select
        draws.usage_id,
        sum(draws.used_quantity) as used_quantity
    from (
        {% for earlier_level in range(1, level) %}
        select
            usage_id,
            used_quantity
        from {{ prefix }}drawn_{{ earlier_level }}
        {{ 'union all' if not loop.last }}
        {% endfor %}
    ) as draws
    inner join {{ source }} as covered
        on
            draws.usage_id = covered.usage_id
            and covered.drain_level = {{ level }}
    {% if is_plain %}
    where covered.turn_on is null
    {% endif %}
    group by draws.usage_id
),

{% endif %}
{{ prefix }}demanded_{{ level }} as (
    select
        covered.usage_id,
        covered.started_at,
        covered.started_local,
        covered.subscription_id,
        covered.bucket_no,
        covered.scope_id,
        covered.period_start,
        covered.expires_on,
        covered.granted_quantity,
        {% if is_plain %}
        covered.granted_quantity as stock_quantity,
        cast(null as bigint) as carried_quantity,
        {% else %}
        covered.stock_quantity,
        covered.carried_quantity,
        {% endif %}
        covered.wanted_quantity{% if level > 1 %} - coalesce(earlier.used_quantity, 0){% endif %} as demanded_quantity
    from {{ source }} as covered
    {% if level > 1 %}
    left join {{ prefix }}earlier_{{ level }} as earlier on covered.usage_id = earlier.usage_id
    {% endif %}
    where
        covered.drain_level = {{ level }}
        {% if is_plain %}
        and covered.turn_on is null
        {% endif %}
),

{{ prefix }}summed_{{ level }} as (
    select
        *,
        sum(demanded_quantity) over (
            partition by scope_id, bucket_no, period_start
            order by started_at, usage_id rows between unbounded preceding and current row
        ) as running_quantity
    from {{ prefix }}demanded_{{ level }}
),

{{ prefix }}drawn_{{ level }} as (
    select
        *,
        least(stock_quantity, running_quantity)
        - least(stock_quantity, running_quantity - demanded_quantity) as used_quantity
    from {{ prefix }}summed_{{ level }}
),

{% endfor %}
{{ prefix }}drawn as (
    {% for level in range(1, var('allowance_ranks') + 1) %}
    select
        usage_id,
        started_at,
        started_local,
        subscription_id,
        bucket_no,
        scope_id,
        period_start,
        expires_on,
        cast(used_quantity as bigint) as used_quantity,
        cast(stock_quantity - least(stock_quantity, running_quantity) as bigint)
            as remaining_quantity,
        granted_quantity,
        carried_quantity
    from {{ prefix }}drawn_{{ level }}
    where used_quantity > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}
)
{%- endmacro %}
