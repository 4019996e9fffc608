{#- Steps that drain the buckets of the step `covered`. Plans whose periods all end with the month are
    drained at once; of the others each turn is, after the one before. Ends with the step `draws`.
    `before`: the model's own table, with the draws of other months, or none. -#}
{% macro drained_steps(before) -%}
{{ drained_levels('covered', 'plain_', is_plain=true) }},

{{ carried_steps(before) }},

-- What a draw says of its bucket is looked up at the end: sorting it along would cost more.
bucket_versions as (
    select distinct
        bucket_no,
        plan_id,
        bucket_id,
        valid_from
    from buckets
),

draws as (
    select
        drawn.usage_id,
        drawn.started_at,
        drawn.started_local,
        drawn.subscription_id,
        versions.plan_id,
        versions.bucket_id,
        versions.valid_from as bucket_from,
        drawn.scope_id,
        drawn.period_start,
        drawn.carried_quantity is not null as is_rollover,
        drawn.expires_on,
        drawn.used_quantity,
        drawn.remaining_quantity,
        drawn.granted_quantity,
        drawn.carried_quantity
    from (
        select * from plain_drawn
        union all
        select * from carried_drawn
    ) as drawn
    inner join bucket_versions as versions on drawn.bucket_no = versions.bucket_no
)
{%- endmacro %}
