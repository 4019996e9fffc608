-- What each event earned: what its customer pays and what the partner pays that sent it or has it
-- carried or whose subscriber visits us, less what we pay.
-- Per currency, since nothing is converted here.
{{ config(materialized='view', event_time='started_local') }}

with

legs as (
    select
        usage_id,
        started_local,
        currency,
        case when rating_run = 'retail' then charge_amount else 0 end as retail_amount,
        case
            when rating_run in ('interconnect_in', 'transit', 'roaming_in') then charge_amount
            else 0
        end as earned_amount,
        case
            when rating_run in ('interconnect_out', 'roaming_out') then charge_amount
            else 0
        end as paid_amount
    from {{ ref('fct_rated_usage') }}
    where status = 'rated'
),

margins as (
    select
        usage_id,
        currency,
        min(started_local) as started_local,
        cast(sum(retail_amount) as decimal(18, 6)) as retail_amount,
        cast(sum(earned_amount) as decimal(18, 6)) as earned_amount,
        cast(sum(paid_amount) as decimal(18, 6)) as paid_amount,
        cast(sum(retail_amount + earned_amount - paid_amount) as decimal(18, 6)) as margin_amount
    from legs
    group by usage_id, currency
)

select * from margins
