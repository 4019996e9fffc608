-- What re-rating changed in months stated before, on the statement of the first month that was
-- open. All requests of an open month are one sum, so a request and its undoing leave no line.
{{ config(access='private', contract={'enforced': false}) }}

with

adjustments as (
    select
        request_id,
        usage_id,
        bill_month,
        usage_month,
        partner_id,
        plan_id as agreement_id,
        case rating_run
            when 'roaming_in' then 'visitors'
            when 'roaming_out' then 'roamers'
            else direction
        end as direction,
        service_type,
        coalesce(destination_id, '*any') as destination_id,
        currency,
        delta_amount
    from {{ ref('stg_rating__adjustments') }}
    where rating_run <> 'retail'
),

requests as (
    select
        request_id,
        reason
    from {{ ref('stg_rating__requests') }}
),

summed as (
    select
        adjustments.bill_month,
        adjustments.usage_month,
        adjustments.partner_id,
        adjustments.direction,
        adjustments.service_type,
        adjustments.destination_id,
        adjustments.currency,
        max(adjustments.agreement_id) as agreement_id,
        count(distinct adjustments.usage_id) as adjusted_events,
        string_agg(distinct requests.reason, '; ' order by requests.reason) as reason,
        cast(sum(adjustments.delta_amount) as decimal(18, 6)) as exact_amount
    from adjustments
    left join requests on adjustments.request_id = requests.request_id
    group by
        adjustments.bill_month, adjustments.usage_month, adjustments.partner_id,
        adjustments.direction, adjustments.service_type, adjustments.destination_id,
        adjustments.currency
),

-- The columns and their order are those of the lines it stands among.
adjustment_lines as (
    select
        bill_month as period_month,
        partner_id,
        direction,
        service_type,
        destination_id,
        cast(null as varchar) as band_id,
        cast(null as varchar) as rate_id,
        cast(null as decimal(18, 6)) as unit_price,
        currency,
        'adjustment' as line_kind,
        usage_month,
        reason,
        agreement_id,
        cast(0 as bigint) as calls,
        cast(0 as bigint) as seconds,
        cast(0 as bigint) as charged_quantity,
        adjusted_events,
        exact_amount
    from summed
    where exact_amount <> 0
)

select * from adjustment_lines
