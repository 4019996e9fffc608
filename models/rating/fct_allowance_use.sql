-- Every draw-down of an allowance: only events a bucket covers are sorted and summed. Buckets drain
-- level by level, one leaves the rest to the next. The order (started_at, usage_id) is total.
{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='started_local',
    begin=var('history_begin'), batch_size='month', concurrent_batches=false
) }}

with

covered as (
    select
        usage_id,
        started_at,
        started_local,
        subscription_id,
        plan_id,
        charged_quantity,
        bucket_id,
        drain_level,
        bucket_no,
        scope_id,
        period_start,
        granted_quantity
    from {{ ref('int_rating__covered') }}
),
{% for rank in range(1, var('allowance_ranks') + 1) %}{% if rank > 1 %}
earlier_{{ rank }} as (
    select
        draws.usage_id,
        sum(draws.used_quantity) as used_quantity
    from (
        {% for earlier_rank in range(1, rank) %}
        select * from drawn_{{ earlier_rank }}{{ ' union all ' if not loop.last }}
        {% endfor %}
    ) as draws
    inner join covered
        on
            draws.usage_id = covered.usage_id
            and covered.drain_level = {{ rank }}
    group by draws.usage_id
),
{% endif %}
demanded_{{ rank }} as (
    select
        covered.*,
        covered.charged_quantity
        {%- if rank > 1 %} - coalesce(earlier.used_quantity, 0){% endif %} as demanded_quantity
    from covered
    {% if rank > 1 %}left join earlier_{{ rank }} as earlier
        on covered.usage_id = earlier.usage_id{% endif %}
    where covered.drain_level = {{ rank }}
),

summed_{{ rank }} as (
    select
        *,
        sum(demanded_quantity) over (
            partition by scope_id, bucket_no, period_start
            order by started_at, usage_id rows between unbounded preceding and current row
        ) as running_quantity
    from demanded_{{ rank }}
),

drawn_{{ rank }} as (
    select
        *,
        least(granted_quantity, running_quantity)
        - least(granted_quantity, running_quantity - demanded_quantity) as used_quantity
    from summed_{{ rank }}
),
{% endfor %}
drawn as (
    {% for rank in range(1, var('allowance_ranks') + 1) %}
    select * from drawn_{{ rank }}{{ ' union all ' if not loop.last }}
    {% endfor %}
),

allowance_use as (
    select
        usage_id,
        subscription_id,
        plan_id,
        bucket_id,
        scope_id,
        period_start,
        cast(used_quantity as bigint) as used_quantity,
        cast(granted_quantity - least(granted_quantity, running_quantity) as bigint)
            as remaining_quantity,
        granted_quantity,
        started_at,
        started_local
    from drawn
    where used_quantity > 0
)

select * from allowance_use
