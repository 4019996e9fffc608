-- What each trunk event is worth between us and the partner, by the same functions that price
-- customers. An event that cannot be priced stays, suspended, with its reason.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    on_schema_change='fail',
    tags=['record_grain']
) }}

with

events as (select * from {{ ref('int_settlement__trunk_events') }}),

agreement_rates as (select * from {{ ref('dim_agreement_rates') }}),

rates as (
    select
        *,
        first_value(unit_price) over (partition by rate_id order by tier_start) as first_price
    from {{ ref('dim_rates') }}
),

-- One search per combination that occurs, not per event.
cases as (
    select
        agreement_id,
        direction,
        service_type,
        destination_id,
        band_id,
        usage_date
    from events
    where agreement_id is not null
    group by all
),

-- The destination's own row beats *any; within it the band's own row beats *any.
agreed as (
    select
        cases.*,
        max_by(
            agreement_rates.rate_id,
            case when agreement_rates.destination_id = '*any' then 0 else 2 end
            + case when agreement_rates.band_id = '*any' then 0 else 1 end
        ) as rate_id
    from cases
    inner join agreement_rates
        on
            cases.agreement_id = agreement_rates.agreement_id
            and cases.direction = agreement_rates.direction
            and cases.service_type = agreement_rates.service_type
            and agreement_rates.destination_id in (cases.destination_id, '*any')
            and agreement_rates.band_id in (cases.band_id, '*any')
            and cases.usage_date >= agreement_rates.valid_from
            and cases.usage_date < agreement_rates.valid_to
    group by all
),

valued as (
    select
        events.*,
        rates.rate_id,
        rates.first_price,
        rates.unit_size,
        {{ function('charged_quantity') }}(
            events.quantity, rates.tier_start, rates.next_tier_start, rates.increment
        ) as charged_quantity,
        {{ function('charge_numerator') }}(
            {{ function('price_to_position') }}(
                charged_quantity, rates.tier_start, rates.price_below, rates.unit_price
            ),
            0, charged_quantity, 0, rates.setup_fee, rates.minimum_charge, rates.unit_size
        ) as numerator
    from events
    left join agreed
        on
            events.agreement_id = agreed.agreement_id
            and events.direction = agreed.direction
            and events.service_type = agreed.service_type
            and events.destination_id = agreed.destination_id
            and events.band_id is not distinct from agreed.band_id
            and events.usage_date = agreed.usage_date
    left join rates
        on
            agreed.rate_id = rates.rate_id
            and events.quantity > rates.tier_start
            and events.quantity <= rates.next_tier_start
)

select
    usage_id,
    started_at,
    started_local,
    {{ month_of('usage_date') }} as period_month,
    partner_id,
    agreement_id,
    direction,
    service_type,
    destination_id,
    band_id,
    rate_id,
    trunk_id,
    quantity,
    charged_quantity,
    first_price as unit_price,
    {{ function('usage_charge') }}(numerator, unit_size, 6, 'half_up') as amount,
    currency,
    case when rate_id is null then 'suspended' else 'rated' end as status,
    case
        when partner_id is null then 'unknown_trunk'
        when agreement_id is null then 'no_agreement'
        when rate_id is null then 'no_rate'
    end as reason_code
from valued
