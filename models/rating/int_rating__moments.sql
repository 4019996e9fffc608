-- The spans of time laid out by hour, so that an event finds its own by equality.
with

spans as (
    select
        from_at,
        to_at,
        usage_date,
        moment_id
    from {{ ref('int_rating__moment_spans') }}
),

hours as (
    select
        unnest(generate_series(
            date_trunc('hour', first_at) - interval 1 hour,
            date_trunc('hour', last_at) + interval 1 hour,
            interval 1 hour
        )) as hour_at
    from {{ ref('int_rating__window') }}
),

-- Here only to be at hand early: whatever has fewer units than this is never too wide.
narrowest as (
    select coalesce(min(narrow_units), 0) as narrow_units
    from {{ ref('dim_rates') }}
),

moments as (
    select
        hours.hour_at,
        spans.from_at,
        spans.to_at,
        spans.usage_date,
        spans.moment_id,
        narrowest.narrow_units
    from hours
    cross join narrowest
    inner join spans
        on
            hours.hour_at + interval 1 hour > spans.from_at
            and hours.hour_at < spans.to_at
)

select * from moments
