-- The request with all that is taken off its price: money buckets and charge caps, both exact.
{{ config(materialized='view', event_time='started_local') }}

with

money as (
    select
        usage_id,
        'retail' as rating_run,
        cast(sum(used_quantity) as decimal(18, 0)) * cast(0.000001 as decimal(6, 6))
            as allowance_amount
    from {{ ref('int_rating__money_draws') }}
    group by usage_id
),

reliefs as (
    select
        usage_id,
        'retail' as rating_run,
        cap_amount
    from {{ ref('int_rating__cap_reliefs') }}
),

netted as (
    select
        priced.*,
        coalesce(
            priced.reason_code, case when priced.net_amount is null then 'charge_too_large' end
        ) as suspend_reason,
        priced.reason_code is null and priced.net_amount is not null as is_rated,
        cast(coalesce(money.allowance_amount, 0) as decimal(18, 6)) as allowance_amount,
        coalesce(reliefs.cap_amount, 0) as cap_amount,
        case
            when priced.charged_quantity = 0 then 0
            when priced.is_plain then priced.tier_rank
            else priced.segment_count
        end as segments
    from {{ ref('int_rating__priced') }} as priced
    left join money
        on
            priced.usage_id = money.usage_id
            and priced.rating_run = money.rating_run
    left join reliefs
        on
            priced.usage_id = reliefs.usage_id
            and priced.rating_run = reliefs.rating_run
)

select * from netted
