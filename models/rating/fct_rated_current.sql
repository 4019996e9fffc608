-- The state of rated usage: what was billed or is rated in an open month, and what adjustments
-- made of it. Version 0 was never adjusted.
{{ config(materialized='view', event_time='started_local') }}

with

adjusted as (
    select
        usage_id,
        rating_run,
        max(last_version) as version,
        sum(adjustment_amount) as adjustment_amount,
        sum(current_amount) as current_amount
    from {{ ref('int_rating__adjusted_payers') }}
    group by usage_id, rating_run
),

rated_current as (
    select
        rated.usage_id,
        rated.rating_run,
        rated.started_local,
        rated.usage_date,
        rated.usage_month,
        rated.status as billed_status,
        rated.reason_code as billed_reason_code,
        rated.charge_amount as billed_amount,
        coalesce(adjusted.version, 0) as version,
        cast(coalesce(adjusted.adjustment_amount, 0) as decimal(18, 6)) as adjustment_amount,
        cast(coalesce(adjusted.current_amount, rated.charge_amount) as decimal(18, 6))
            as current_amount
    from {{ ref('fct_rated_usage') }} as rated
    left join adjusted
        on rated.usage_id = adjusted.usage_id and rated.rating_run = adjusted.rating_run
)

select * from rated_current
