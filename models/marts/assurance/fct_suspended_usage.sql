-- Usage that landed and has no price: why, how old, what it may be worth and how it stands. Usage
-- that was written off and has a price by now stays here as recovered.
with

standing as (
    select
        cast(usage_id as uuid) as usage_id,
        rating_run,
        status,
        reason_code,
        resolved_at,
        resolved_by,
        resolution_reason
    from {{ ref('int_assurance__quarantine_standing') }}
    where usage_id is not null
),

-- Late usage of a closed month stays suspended as billed; re-rating prices it by an adjustment.
adjusted as (
    select
        usage_id,
        rating_run
    from {{ ref('fct_rated_current') }}
    where billed_status = 'suspended' and version > 0
),

waiting as (
    select
        rated.usage_id,
        rated.rating_run,
        rated.service_type,
        rated.direction,
        rated.usage_date,
        rated.usage_month,
        rated.started_local,
        rated.status = 'suspended' as is_suspended,
        coalesce(rated.reason_code, standing.reason_code) as reason_code,
        case
            when rated.status = 'rated' or adjusted.usage_id is not null then 'recovered'
            -- A write-off holds for the reason it was given for.
            when
                standing.status = 'written_off' and standing.reason_code = rated.reason_code
                then 'written_off'
            else 'open'
        end as status,
        case rated.service_type
            when 'voice' then rated.duration_s
            when 'data' then rated.bytes_total
            else rated.event_count
        end as units,
        standing.resolved_at,
        standing.resolved_by,
        standing.resolution_reason
    from {{ ref('fct_rated_usage') }} as rated
    left join standing
        on rated.usage_id = standing.usage_id and rated.rating_run = standing.rating_run
    left join adjusted
        on rated.usage_id = adjusted.usage_id and rated.rating_run = adjusted.rating_run
    where rated.status = 'suspended' or standing.status = 'written_off'
),

prices as (
    select * from {{ ref('int_assurance__usage_prices') }}
),

valued as (
    select
        waiting.*,
        coalesce(of_month.currency, of_all.currency) as currency,
        coalesce(
            1.0 * of_month.charge_amount * waiting.units / of_month.units,
            1.0 * of_all.charge_amount * waiting.units / of_all.units
        ) as estimated_value
    from waiting
    left join prices as of_month
        on
            waiting.rating_run = of_month.rating_run
            and waiting.service_type = of_month.service_type
            and waiting.direction = of_month.direction
            and waiting.usage_month = of_month.usage_month
    left join prices as of_all
        on
            waiting.rating_run = of_all.rating_run
            and waiting.service_type = of_all.service_type
            and waiting.direction = of_all.direction
            and of_all.usage_month is null
)

select
    valued.usage_id,
    valued.rating_run,
    events.file_id,
    events.record_no,
    events.feed,
    events.node_id,
    valued.reason_code,
    rules.name as reason_name,
    rules.action as reason_action,
    valued.service_type,
    valued.direction,
    valued.started_local,
    valued.usage_date,
    date_diff('day', valued.usage_date, data_window.data_to_on) as age_days,
    valued.units,
    case valued.service_type when 'voice' then 's' when 'data' then 'bytes' else 'events' end
        as unit,
    cast(valued.estimated_value as decimal(18, 6)) as estimated_amount,
    valued.currency,
    valued.status,
    valued.is_suspended,
    case when valued.status <> 'open' then valued.resolved_at end as resolved_at,
    case when valued.status <> 'open' then valued.resolved_by end as resolved_by,
    case when valued.status <> 'open' then valued.resolution_reason end as resolution_reason
from valued
cross join {{ ref('int_assurance__data_window') }} as data_window
left join {{ ref('fct_usage_events') }} as events
    on valued.usage_id = events.usage_id
left join {{ ref('quarantine_rules') }} as rules
    on valued.reason_code = rules.reason_code
