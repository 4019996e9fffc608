-- Answered events that crossed a trunk, with the partner, agreement, destination and band that held
-- when they started. Traffic a partner hands us has one price for all of our numbers.
{{ config(
    access='private',
    contract={'enforced': false},
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    tags=['record_grain']
) }}

with

events as (
    select
        usage_id,
        started_at,
        started_local,
        usage_date,
        {{ month_of('usage_date') }} as usage_month,
        service_type,
        case when trunk_in is not null then 'in' else 'out' end as direction,
        coalesce(trunk_in, trunk_out) as trunk_id,
        case when trunk_in is null then b_prefix end as dialled,
        {{ minute_of_day('started_local') }} as started_minute,
        case service_type when 'voice' then duration_s when 'data' then bytes_total else event_count
        end as quantity
    from {{ ref('fct_usage_events') }}
    where trunk_in is not null or trunk_out is not null
),

answered as (
    select * from events
    where quantity > 0
),

-- The longest match was searched once, in rating. render(): its batches are months, ours days.
prefixes as (
    select
        usage_month,
        b_prefix,
        destination_id,
        valid_from,
        valid_to
    from {{ ref('int_rating__dialled_prefixes').render() }}
),

trunks as (select * from {{ ref('dim_trunks') }}),

agreements as (select * from {{ ref('dim_agreements') }}),

dates as (select * from {{ ref('dim_dates') }}),

bands as (select * from {{ ref('dim_time_bands') }}),

placed as (
    select
        answered.usage_id,
        answered.started_at,
        answered.started_local,
        answered.usage_date,
        answered.service_type,
        answered.direction,
        answered.trunk_id,
        answered.quantity,
        trunks.partner_id,
        agreements.agreement_id,
        agreements.currency,
        bands.band_id,
        coalesce(prefixes.destination_id, '*any') as destination_id
    from answered
    inner join dates on answered.usage_date = dates.date
    left join prefixes
        on
            answered.dialled = prefixes.b_prefix
            and answered.usage_month = prefixes.usage_month
            and answered.usage_date >= prefixes.valid_from
            and answered.usage_date < prefixes.valid_to
    left join trunks
        on
            answered.trunk_id = trunks.trunk_id
            and answered.usage_date >= trunks.valid_from
            and answered.usage_date < trunks.valid_to
    left join agreements
        on
            trunks.partner_id = agreements.partner_id
            and answered.usage_date >= agreements.valid_from
            and answered.usage_date < agreements.valid_to
    left join bands
        on
            agreements.band_set_id = bands.band_set_id
            and dates.iso_weekday = bands.iso_weekday
            and dates.is_holiday = bands.is_holiday
            and answered.started_minute >= bands.from_minute
            and answered.started_minute < bands.to_minute
)

select * from placed
