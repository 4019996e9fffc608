-- Events that networks of the regulated area charge us for a regulated service, each with the cap
-- of its local day and its charge in euro. Repeats and tests of the exchange are left out.
{{ config(access='private', contract={'enforced': false}) }}

with

services as (
    select * from {{ ref('regulated_services') }}
),

events as (
    select
        *,
        cast(started_local as date) as usage_date,
        {{ usage_quantity() }} as quantity
    from {{ ref('fct_tap_events') }}
    where service_type is not null and not is_test and not is_repeat
),

rates as (
    select * from {{ ref('dim_regulated_rates') }}
),

fx_rates as (
    select *
    from {{ ref('dim_fx_rates') }}
    where to_currency = 'EUR' and rate_type = 'month_end'
),

regulated as (
    select
        events.file_id,
        events.record_no,
        events.sender,
        events.visited_plmn,
        events.usage_date,
        events.charge_amount,
        events.currency,
        services.instrument,
        services.service,
        services.unit,
        services.unit_size,
        area.country,
        greatest(events.quantity, services.minimum_units) as units,
        -- The rate that the file carries counts; ours steps in where it leads to another currency.
        case
            when events.currency = 'EUR' then cast(1 as decimal(18, 8))
            when events.local_currency = 'EUR' then events.exchange_rate
        end as file_rate
    from events
    inner join services
        on
            events.service_type = services.service_type
            and coalesce(services.direction, events.direction, '') = coalesce(events.direction, '')
    inner join {{ ref('regulated_area') }} as area
        on
            substr(events.visited_plmn, 1, 3) = area.mcc
            and events.usage_date >= area.valid_from
            and events.usage_date < area.valid_to
)

select
    regulated.file_id,
    regulated.record_no,
    regulated.sender,
    regulated.visited_plmn,
    regulated.country,
    regulated.service,
    regulated.usage_date,
    regulated.unit,
    regulated.unit_size,
    regulated.units,
    rates.amount_eur as cap_amount,
    -- In units of 10^-14, whole: neither the product nor a sum of them is rounded.
    {{ micro_of('regulated.charge_amount') }}
    * {{ wide_int('coalesce(regulated.file_rate, fx_rates.rate) * 100000000') }} as charge_e14
from regulated
left join rates
    on
        regulated.instrument = rates.instrument
        and regulated.service = rates.service
        and regulated.unit = rates.unit
        and regulated.usage_date >= rates.valid_from
        and regulated.usage_date < rates.valid_to
left join fx_rates
    on
        regulated.currency = fx_rates.from_currency
        and regulated.usage_date >= fx_rates.valid_from
        and regulated.usage_date < fx_rates.valid_to
