-- Which band holds in which minute, for every band set and every minute in which something started.
-- Bands start on whole minutes, so the zone rules are asked per minute, never per record.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='usage_month',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false
) }}

with

minutes as (
    select
        {{ month_of('started_local') }} as usage_month,
        date_trunc('minute', started_at) as minute_at
    from {{ ref('fct_usage_events') }}
    group by {{ month_of('started_local') }}, date_trunc('minute', started_at)
),

zones as (
    select
        band_set_id,
        time_zone
    from {{ ref('dim_time_bands') }}
    group by band_set_id, time_zone
),

localised as (
    select
        minutes.usage_month,
        minutes.minute_at,
        zones.band_set_id,
        {{ local_time('minutes.minute_at', 'zones.time_zone') }} as minute_local
    from minutes
    cross join zones
),

band_minutes as (
    select
        localised.usage_month,
        localised.minute_at,
        localised.band_set_id,
        bands.band_id
    from localised
    inner join {{ ref('dim_dates') }} as dates
        on cast(localised.minute_local as date) = dates.date
    inner join {{ ref('dim_time_bands') }} as bands
        on
            localised.band_set_id = bands.band_set_id
            and dates.iso_weekday = bands.iso_weekday
            and dates.is_holiday = bands.is_holiday
            and {{ minute_of_day('localised.minute_local') }} >= bands.from_minute
            and {{ minute_of_day('localised.minute_local') }} < bands.to_minute
)

select * from band_minutes
