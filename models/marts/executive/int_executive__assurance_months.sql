-- Numerator and denominator of leakage and suspense. Waiting usage is valued at the average price
-- of its service: enough to rank, not to book.
{{ config(access='protected', contract={'enforced': false}) }}

with

usage_days as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        service_type,
        status,
        events,
        duration_s,
        bytes_total,
        event_count,
        charge_amount
    from {{ ref('int_rating__usage_days') }}
),

average_prices as (
    select * from {{ ref('int_assurance__average_prices') }}
),

suspended as (
    select
        usage_days.month,
        sum(
            1.0 * average_prices.charge_amount / average_prices.quantity
            * case usage_days.service_type
                when 'voice' then usage_days.duration_s
                when 'data' then usage_days.bytes_total
                else usage_days.event_count
            end
        ) as estimated_amount
    from usage_days
    left join average_prices
        on usage_days.service_type = average_prices.service_type
    where usage_days.status = 'suspended'
    group by usage_days.month
),

quarantined as (
    select
        cast(date_trunc('month', started_local) as date) as month,
        sum(estimated_amount) as estimated_amount
    from {{ ref('fct_quarantined_records') }}
    where feed = 'mediation' and status <> 'recovered'
    group by all
),

data_window as (
    select last_complete_month from {{ ref('int_assurance__data_window') }}
),

-- An open month is not billed yet: that is no leakage.
left_out as (
    select
        sums.month,
        sums.unbilled_amount
    from {{ ref('int_executive__account_sums') }} as sums
    inner join data_window
        on sums.month <= data_window.last_complete_month
    where sums.scope_kind = 'total'
),

counted as (
    select
        month,
        sum(events) as events,
        coalesce(sum(events) filter (where status = 'suspended'), 0) as suspended_events,
        sum(charge_amount) as charge_amount
    from usage_days
    group by month
),

valued as (
    select
        counted.*,
        cast(
            coalesce(suspended.estimated_amount, 0) + coalesce(quarantined.estimated_amount, 0)
            as decimal(38, 6)
        ) as waiting_amount,
        cast(coalesce(left_out.unbilled_amount, 0) as decimal(38, 6)) as left_out_amount
    from counted
    left join suspended
        on counted.month = suspended.month
    left join quarantined
        on counted.month = quarantined.month
    left join left_out
        on counted.month = left_out.month
)

select
    month,
    'total' as scope_kind,
    'total' as scope_value,
    'leakage_pct' as kpi_id,
    cast(waiting_amount + left_out_amount as decimal(38, 6)) as numerator,
    cast(charge_amount + waiting_amount as decimal(38, 6)) as denominator,
    cast(null as varchar) as unavailable_reason,
    cast('partly estimated' as varchar) as quality
from valued
union all
select
    month,
    'total' as scope_kind,
    'total' as scope_value,
    'suspense_pct' as kpi_id,
    cast(suspended_events as decimal(38, 6)) as numerator,
    cast(events as decimal(38, 6)) as denominator,
    cast(null as varchar) as unavailable_reason,
    cast(null as varchar) as quality
from valued
