-- Every instant in the time of usage at which a band may begin or a local day ends, with the clock
-- of every zone that counts. Starts are local, so the seconds of an hour at which anything can
-- happen are those of the starts, moved by what zones differ from whole hours.
with

hours as (
    select
        unnest(generate_series(
            date_trunc('hour', first_at) - interval 1 hour,
            date_trunc('hour', last_at) + interval 1 hour,
            interval 1 hour
        )) as hour_at
    from {{ ref('int_rating__window') }}
),

zones as (
    select '{{ var("time_zone") }}' as time_zone
    union
    select time_zone from {{ ref('dim_time_bands') }}
),

shifts as (
    select distinct
        zones.time_zone,
        cast(extract(minute from {{ local_time('hours.hour_at', 'zones.time_zone') }}) as integer)
        * 60 as shift_s
    from hours
    cross join zones
),

starts as (
    select 0 as starts_s
    union
    select starts_s % 3600 from {{ ref('dim_time_bands') }}
),

offsets as (
    select distinct (starts.starts_s - shifts.shift_s + 3600) % 3600 as offset_s
    from starts
    cross join shifts
),

instants as (
    select
        hours.hour_at + to_seconds(offsets.offset_s) as instant_at,
        zones.time_zone,
        {{ local_time('hours.hour_at + to_seconds(offsets.offset_s)', 'zones.time_zone') }}
            as local_at
    from hours
    cross join offsets
    cross join zones
)

select * from instants
