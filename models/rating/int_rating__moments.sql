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
    select unnest(generate_series(
        date_trunc('hour', first_at) - interval 1 hour,
        date_trunc('hour', last_at) + interval 1 hour,
        interval 1 hour
    )) as hour_at
    from {{ ref('int_rating__window') }}
),

moments as (
    select
        hours.hour_at,
        spans.from_at,
        spans.to_at,
        spans.usage_date,
        spans.moment_id
    from hours
    inner join spans
        on
            hours.hour_at + interval 1 hour > spans.from_at
            and hours.hour_at < spans.to_at
)

select * from moments
