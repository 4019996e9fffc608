-- What all adjustments together did to an event: per run and payer what was billed, what stands
-- now.
{%- set facts = var('adjusted_facts') %}
with

versions as (
    select
        *,
        row_number() over (
            partition by usage_id, rating_run, {{ payer_key() }} order by version
        ) as oldest_rank,
        row_number() over (
            partition by usage_id, rating_run, {{ payer_key() }} order by version desc
        ) as newest_rank
    from {{ ref('stg_rating__adjustments') }}
),

adjusted_payers as (
    select
        usage_id,
        rating_run,
        {{ var('payer_columns') | join(',\n        ') }},
        is_billable,
        {%- for fact in facts %}
        max(case when newest_rank = 1 then {{ fact }} end) as {{ fact }},
        {%- endfor %}
        max(version) as last_version,
        cast(sum(case when oldest_rank = 1 then old_amount else 0 end) as decimal(18, 6))
            as billed_amount,
        cast(sum(delta_amount) as decimal(18, 6)) as adjustment_amount,
        cast(sum(case when newest_rank = 1 then new_amount else 0 end) as decimal(18, 6))
            as current_amount
    from versions
    group by usage_id, rating_run, {{ var('payer_columns') | join(', ') }}, is_billable
)

select * from adjusted_payers
