-- Why each record was set aside, what it may be worth and how it stands. Its text stays in landing.
with

records as (
    select * from {{ ref('int_assurance__set_aside') }}
),

average_prices as (
    select * from {{ ref('int_assurance__average_prices') }}
),

standing as (
    select * from {{ ref('int_assurance__quarantine_standing') }}
    where record_no is not null and usage_id is null
),

-- The newest reading gives the reason.
judged as (
    select
        records.* exclude (reason_code, detail),
        coalesce(standing.reason_code, records.reason_code) as reason_code,
        case when standing.reason_code is null then records.detail else standing.detail end
            as detail,
        coalesce(standing.status, 'open') as status,
        coalesce(standing.retries, 0) as retries,
        standing.last_tried_at,
        standing.resolved_at,
        standing.resolved_by,
        standing.resolution_reason
    from records
    left join standing
        on
            records.file_id = standing.file_id
            and records.record_no = standing.record_no
),

rules as (
    select
        reason_code,
        name,
        action
    from {{ ref('quarantine_rules') }}
),

valued as (
    select
        judged.*,
        rules.name as reason_name,
        rules.action as reason_action,
        average_prices.currency,
        1.0 * average_prices.charge_amount * judged.quantity / average_prices.quantity
            as estimated_value
    from judged
    left join average_prices
        on
            judged.service_type = average_prices.service_type
            -- What our own network counted is our customers' usage, and what they pay is known.
            and (judged.feed in ('mediation', 'cdr3gpp') or judged.feed like 'switch_%')
    left join rules
        on judged.reason_code = rules.reason_code
)

select
    file_id,
    record_no,
    feed,
    table_name,
    reason_code,
    reason_name,
    reason_action,
    detail,
    first_seen_at,
    started_local,
    cast(estimated_value as decimal(18, 6)) as estimated_amount,
    currency,
    status,
    cast(retries as bigint) as retries,
    last_tried_at,
    resolved_at,
    resolved_by,
    resolution_reason
from valued
