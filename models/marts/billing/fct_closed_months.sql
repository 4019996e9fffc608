-- One row per local month whose bills are final, with what it was closed with and what came since.
with

closes as (
    select * from {{ ref('stg_rating__closes') }}
),

adjusted as (
    select
        usage_month,
        count(*) as adjustments,
        sum(delta_amount) filter (where rating_run = 'retail') as adjustment_amount
    from {{ ref('stg_rating__adjustments') }}
    group by usage_month
),

due as (
    select
        usage_month,
        count(distinct usage_id) as due_events
    from {{ ref('int_rating__due_adjustments') }}
    group by usage_month
),

closed_months as (
    select
        closes.month,
        closes.generation,
        closes.tariff_hash,
        closes.rated_rows,
        closes.charge_amount,
        closes.bills,
        closes.total_amount,
        closes.closed_at,
        coalesce(adjusted.adjustments, 0) as adjustments,
        cast(coalesce(adjusted.adjustment_amount, 0) as decimal(38, 6)) as adjustment_amount,
        coalesce(due.due_events, 0) as due_events
    from closes
    left join adjusted on closes.month = adjusted.usage_month
    left join due on closes.month = due.usage_month
)

select * from closed_months
