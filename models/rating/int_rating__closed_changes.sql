-- Events of closed months that rating now judges otherwise than they were billed: as billed and as
-- now. The usage came late, was corrected or withdrawn, or its holder or tariff was corrected.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}
{%- set compared = var('payer_columns') + [
    'is_billable', 'charge_amount', 'quantity', 'duration_s', 'bytes_total', 'event_count'
] %}
{%- set columns = compared + [
    'status', 'usage_id', 'rating_run', 'started_at', 'started_local', 'usage_date', 'usage_month',
    'reason_code', 'plan_id', 'destination_id', 'tariff_hash'
] %}

with

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

-- While no month is closed nothing is priced a second time.
now_rated as (
    select
        {{ columns | join(',\n        ') }}
    from {{ ref('int_rating__rated') }}
    where {{
        'usage_month in (select closed_months.month from closed_months)'
        if has_closed_months(ref('dim_closed_months')) else 'false'
    }}
),

billed as (
    select
        {{ columns | join(',\n        ') }}
    from {{ ref('stg_rating__closed_usage') }}
    where usage_month in (select closed_months.month from closed_months)
),

changed as (
    select
        coalesce(now_rated.usage_id, billed.usage_id) as usage_id,
        coalesce(now_rated.rating_run, billed.rating_run) as rating_run
    from now_rated
    full outer join billed
        on now_rated.usage_id = billed.usage_id and now_rated.rating_run = billed.rating_run
    where
        now_rated.status is distinct from billed.status
        {%- for column in compared %}
        or now_rated.{{ column }} is distinct from billed.{{ column }}
        {%- endfor %}
),

closed_changes as (
    select
        'billed' as side,
        billed.*
    from billed
    inner join changed
        on billed.usage_id = changed.usage_id and billed.rating_run = changed.rating_run
    union all
    select
        'now' as side,
        now_rated.*
    from now_rated
    inner join changed
        on now_rated.usage_id = changed.usage_id and now_rated.rating_run = changed.rating_run
)

select * from closed_changes
