-- A line is rounded once, here, by its agreement's rule; what that changed is its own column.
-- Beside the usage of the month stand the adjustments of months stated before.
with

destinations as (
    select
        destination_id,
        name
    from {{ ref('dim_destinations') }}
),

-- An agreement rounds by its newest version.
rules as (
    select
        agreement_id,
        max_by(rounding_decimals, valid_from) as rounding_decimals,
        max_by(rounding_mode, valid_from) as rounding_mode
    from {{ ref('dim_agreements') }}
    group by agreement_id
),

usage_lines as (
    select
        period_month,
        partner_id,
        direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        unit_price,
        currency,
        'usage' as line_kind,
        period_month as usage_month,
        cast(null as varchar) as reason,
        max(agreement_id) as agreement_id,
        cast(sum(calls) as bigint) as calls,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(charged_quantity) as bigint) as charged_quantity,
        cast(0 as bigint) as adjusted_events,
        cast(sum(exact_amount) as decimal(18, 6)) as exact_amount
    from {{ ref('int_settlement__totalled') }}
    where status = 'rated'
    group by all
),

lines as (
    select * from usage_lines
    union all
    select * from {{ ref('int_settlement__adjustment_lines') }}
),

rounded as (
    select
        lines.*,
        cast(
            {{ function('rounded_amount') }}(
                lines.exact_amount, rules.rounding_decimals, rules.rounding_mode
            ) as decimal(18, 2)
        ) as net_amount,
        concat_ws(
            '-', lines.partner_id, strftime(lines.period_month, '%Y%m'), lines.currency
        ) as statement_id
    from lines
    inner join rules on lines.agreement_id = rules.agreement_id
)

select
    concat_ws(
        '-', rounded.statement_id, rounded.direction, rounded.service_type,
        rounded.destination_id, rounded.band_id, rounded.rate_id,
        case
            when rounded.line_kind = 'adjustment'
                then concat('adjustment-', strftime(rounded.usage_month, '%Y%m'))
        end
    ) as settlement_line_id,
    rounded.statement_id,
    rounded.partner_id,
    rounded.period_month,
    rounded.line_kind,
    rounded.usage_month,
    rounded.reason,
    rounded.direction,
    rounded.service_type,
    rounded.destination_id,
    coalesce(destinations.name, 'Any destination') as destination_name,
    rounded.band_id,
    rounded.rate_id,
    case rounded.service_type
        when 'voice' then 'second'
        when 'data' then 'byte'
        else 'event'
    end as unit,
    rounded.unit_price,
    rounded.calls,
    rounded.seconds,
    rounded.charged_quantity,
    rounded.adjusted_events,
    rounded.exact_amount,
    cast(rounded.net_amount - rounded.exact_amount as decimal(18, 6)) as rounding_amount,
    rounded.net_amount,
    rounded.currency
from rounded
left join destinations
    on rounded.destination_id = destinations.destination_id
