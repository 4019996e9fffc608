{#- What identifies a draw, from one relation, or that of a grant alone from another. -#}
{% macro draw_columns(event, grant=none) -%}
{% set grant = grant or event -%}
{{ event }}.usage_id,
{{ event }}.started_at,
{{ event }}.started_local,
{{ event }}.subscription_id,
{{ grant }}.bucket_no,
{{ grant }}.scope_id,
{{ grant }}.period_start,
{{ grant }}.expires_on
{%- endmacro %}

{#- What earlier months drew of grants that are alive, by grant: the step `opening`. -#}
{% macro opening_steps(before) -%}
{% if before %}
opening as (
    select
        drawn.scope_id,
        carrying.bucket_no,
        drawn.period_start,
        drawn.is_rollover,
        drawn.expires_on,
        cast(sum(drawn.used_quantity) as bigint) as used_quantity
    from {{ before }} as drawn
    inner join (
        select distinct
            plan_id,
            bucket_id,
            valid_from,
            bucket_no
        from buckets
        where turn is not null
    ) as carrying
        on
            drawn.plan_id = carrying.plan_id
            and drawn.bucket_id = carrying.bucket_id
            and drawn.bucket_from = carrying.valid_from
    inner join (
        select {{ month_of('min(started_local)') }} as month
        from turned
    ) as bounds
        on
            drawn.started_local < bounds.month
            and drawn.expires_on > bounds.month
    group by
        drawn.scope_id, carrying.bucket_no, drawn.period_start, drawn.is_rollover, drawn.expires_on
)
{% else %}
opening as (
    select
        scope_id,
        bucket_no,
        period_start,
        is_rollover,
        expires_on,
        cast(0 as bigint) as used_quantity
    from turned
    where turn_no = 0
)
{% endif %}
{%- endmacro %}
