-- A line is rounded once, here, by its agreement's rule; what that changed is its own column.
with

totals as (
    select
        period_month,
        partner_id,
        agreement_id,
        direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        unit_price,
        currency,
        calls,
        seconds,
        charged_quantity,
        exact_amount
    from {{ ref('int_settlement__totalled') }}
    where status = 'rated'
),

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

summed as (
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
        max(agreement_id) as agreement_id,
        cast(sum(calls) as bigint) as calls,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(charged_quantity) as bigint) as charged_quantity,
        cast(sum(exact_amount) as decimal(18, 6)) as exact_amount
    from totals
    group by all
),

rounded as (
    select
        summed.*,
        cast(
            {{ function('rounded_amount') }}(
                summed.exact_amount, rules.rounding_decimals, rules.rounding_mode
            ) as decimal(18, 2)
        ) as net_amount,
        concat_ws(
            '-', summed.partner_id, strftime(summed.period_month, '%Y%m'), summed.currency
        ) as statement_id
    from summed
    inner join rules on summed.agreement_id = rules.agreement_id
)

select
    concat_ws(
        '-', rounded.statement_id, rounded.direction, rounded.service_type,
        rounded.destination_id, rounded.band_id, rounded.rate_id
    ) as settlement_line_id,
    rounded.statement_id,
    rounded.partner_id,
    rounded.period_month,
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
    rounded.exact_amount,
    cast(rounded.net_amount - rounded.exact_amount as decimal(18, 6)) as rounding_amount,
    rounded.net_amount,
    rounded.currency
from rounded
left join destinations
    on rounded.destination_id = destinations.destination_id
