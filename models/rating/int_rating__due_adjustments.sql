-- What would have to be adjusted for the state of closed months (billed plus adjustments so far)
-- to be what rating says now: one row per event, run and payer. An event that has lost its price
-- is left alone: a gap in the tariff gives nothing back.
{%- set facts = var('adjusted_facts') %}
{%- set columns = ['usage_id', 'rating_run'] + var('payer_columns') + ['is_billable'] %}
with

changes as (
    select * from {{ ref('int_rating__closed_changes') }}
),

payers as (
    select * from {{ ref('int_rating__adjusted_payers') }}
),

adjusted as (
    select
        usage_id,
        rating_run,
        max(last_version) as last_version
    from payers
    group by usage_id, rating_run
),

changed as (
    select
        usage_id,
        rating_run,
        max(case when side = 'billed' and status = 'rated' then 1 else 0 end) = 1 as was_rated,
        max(case when side = 'now' and status = 'suspended' then 1 else 0 end) = 1 as is_unpriced
    from changes
    group by usage_id, rating_run
),

-- An adjusted event that rating now judges as it was billed should be what it was billed.
entries as (
    select
        {{ (columns + facts) | join(',\n        ') }},
        side = 'now' as is_now,
        case when side = 'billed' then charge_amount else 0 end as standing_amount,
        case when side = 'now' then charge_amount else 0 end as target_amount
    from changes
    where status = 'rated'
    union all
    select
        {% for column in columns + facts -%}
        payers.{{ column }},
        {% endfor -%}
        false as is_now,
        case
            when changed.usage_id is null then payers.current_amount else payers.adjustment_amount
        end as standing_amount,
        case when changed.usage_id is null then payers.billed_amount else 0 end as target_amount
    from payers
    left join changed
        on payers.usage_id = changed.usage_id and payers.rating_run = changed.rating_run
),

summed as (
    select
        {{ columns | join(',\n        ') }},
        {%- for fact in facts %}
        coalesce(max(case when is_now then {{ fact }} end), max({{ fact }})) as {{ fact }},
        {%- endfor %}
        max(case when is_now then 1 else 0 end) = 1 as is_now,
        cast(sum(standing_amount) as decimal(18, 6)) as old_amount,
        cast(sum(target_amount) as decimal(18, 6)) as new_amount
    from entries
    group by {{ columns | join(', ') }}
),

due as (
    select
        summed.*,
        cast(summed.new_amount - summed.old_amount as decimal(18, 6)) as delta_amount,
        coalesce(adjusted.last_version, 0) + 1 as version
    from summed
    left join adjusted
        on summed.usage_id = adjusted.usage_id and summed.rating_run = adjusted.rating_run
    left join changed
        on summed.usage_id = changed.usage_id and summed.rating_run = changed.rating_run
    where
        not coalesce(changed.is_unpriced, false)
        and (
            summed.new_amount <> summed.old_amount
            -- Late usage that costs nothing is rated all the same, once.
            or (summed.is_now and not changed.was_rated and adjusted.usage_id is null)
        )
)

select * from due
