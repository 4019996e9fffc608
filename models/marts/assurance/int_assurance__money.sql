-- RA09: rated usage is on a bill, waits for one, or is free with a reason. Events and money.
{{ config(access='private', contract={'enforced': false}) }}

with

usage_days as (
    select
        cast(date_trunc('month', usage_date) as date) as month,
        not is_billable and non_billable_reason is not null as is_free,
        events,
        charge_amount
    from {{ ref('int_rating__usage_days') }}
    where status = 'rated'
),

-- Free without a reason would be lost, so only usage with a reason counts as free.
rated as (
    select
        month,
        sum(events) as events,
        sum(charge_amount) as amount,
        sum(events) filter (where is_free) as free_events,
        sum(charge_amount) filter (where is_free) as free_amount
    from usage_days
    group by month
),

billed as (
    select
        bill_month as month,
        sum(events) as events,
        sum(net_amount - rounding_amount) as amount
    from {{ ref('fct_bill_lines') }}
    where line_kind = 'usage'
    group by bill_month
),

unbilled as (
    select
        month,
        sum(events) as events,
        sum(usage_amount) as amount
    from {{ ref('fct_unbilled_months') }}
    group by month
),

-- Usage without quantity or price (unanswered calls) is no line of a bill.
nothing_to_bill as (
    select
        usage_lines.month,
        sum(usage_lines.events) as events,
        sum(usage_lines.exact_amount) as amount
    from {{ ref('int_billing__usage_lines') }} as usage_lines
    inner join {{ ref('int_assurance__data_window') }} as data_window
        on usage_lines.month <= data_window.last_complete_month
    where not usage_lines.is_shown
    group by usage_lines.month
),

fates as (
    select * from billed
    union all
    select * from unbilled
    union all
    select * from nothing_to_bill
),

found as (
    select
        month,
        sum(events) as events,
        sum(amount) as amount
    from fates
    group by month
),

joined as (
    select
        coalesce(rated.month, found.month) as month,
        rated.events as rated_events,
        rated.amount as rated_amount,
        coalesce(found.events, 0) + coalesce(rated.free_events, 0) as found_events,
        coalesce(found.amount, 0) + coalesce(rated.free_amount, 0) as found_amount
    from rated
    full join found
        on rated.month = found.month
),

results as (
    select
        'RA09' as control_id,
        'month, events' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(rated_events as decimal(38, 6)) as expected_value,
        cast(found_events as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA09' as control_id,
        'month, amount' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(rated_amount as decimal(38, 6)) as expected_value,
        cast(found_amount as decimal(38, 6)) as actual_value
    from joined
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
