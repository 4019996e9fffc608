-- Every draw-down of an allowance: only events a bucket covers are sorted and summed. Buckets drain
-- by priority, one leaves the rest to the next. The order (started_at, usage_id) is total.
{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='started_local',
    begin=var('history_begin'), batch_size='month', concurrent_batches=false
) }}

with

buckets as (
    select
        plan_id,
        bucket_id,
        service_type,
        destination_kinds,
        quantity as granted_quantity,
        valid_from,
        valid_to,
        dense_rank() over (
            partition by plan_id, service_type order by priority, bucket_id
        ) as drain_rank
    from {{ ref('dim_allowances') }}
),

covered as (
    select
        matched.usage_id,
        matched.started_at,
        matched.started_local,
        matched.usage_month as cycle_month,
        matched.subscription_id,
        matched.plan_id,
        matched.charged_quantity,
        buckets.bucket_id,
        buckets.granted_quantity,
        buckets.valid_from,
        buckets.drain_rank
    from {{ ref('int_rating__matched') }} as matched
    inner join buckets
        on
            matched.plan_id = buckets.plan_id
            and matched.service_type = buckets.service_type
            and matched.usage_date >= buckets.valid_from
            and matched.usage_date < buckets.valid_to
            and (
                buckets.destination_kinds = '*any'
                or concat(';', buckets.destination_kinds, ';')
                like concat('%;', matched.destination_kind, ';%')
            )
    where
        matched.reason_code is null
        and matched.direction = 'out'
        and matched.charged_quantity > 0
),
{% for rank in range(1, var('allowance_ranks') + 1) %}{% if rank > 1 %}
earlier_{{ rank }} as (
    select
        usage_id,
        sum(used_quantity) as used_quantity
    from (
        {% for earlier_rank in range(1, rank) %}
        select * from drawn_{{ earlier_rank }}{{ ' union all ' if not loop.last }}
        {% endfor %}
    ) as draws
    group by usage_id
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
    where covered.drain_rank = {{ rank }}
),

summed_{{ rank }} as (
    select
        *,
        sum(demanded_quantity) over (
            partition by subscription_id, plan_id, bucket_id, cycle_month, valid_from
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
        cycle_month,
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
