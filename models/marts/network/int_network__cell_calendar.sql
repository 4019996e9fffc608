-- The cells in service on each measured day, the hours that day has by the clock (23 and 25 when
-- DST changes), and the limits a cell-day is judged by.
{{ config(access='private', contract={'enforced': false}) }}

with

cells as (
    select
        cell_id,
        site_id,
        region,
        technology,
        valid_from,
        valid_to
    from {{ ref('dim_cells') }}
),

thresholds as (
    select
        threshold_id,
        limit_value,
        valid_from,
        valid_to
    from {{ ref('network_thresholds') }}
),

span as (
    select
        cast(min(measured_on) as date) as first_on,
        cast(max(measured_on) as date) as last_on
    from {{ ref('int_network__cell_hours') }}
),

days as (
    select cast(unnest(generate_series(first_on, last_on, interval 1 day)) as date) as measured_on
    from span
    where first_on is not null
),

limited as (
    select
        days.measured_on,
        max(thresholds.limit_value) filter (
            where thresholds.threshold_id = 'degraded_availability_pct'
        ) as min_availability_pct,
        max(thresholds.limit_value) filter (
            where thresholds.threshold_id = 'degraded_drop_pct'
        ) as max_drop_pct,
        max(thresholds.limit_value) filter (
            where thresholds.threshold_id = 'degraded_accessibility_pct'
        ) as min_accessibility_pct
    from days
    left join thresholds
        on
            days.measured_on >= thresholds.valid_from
            and days.measured_on < thresholds.valid_to
    group by days.measured_on
),

timed as (
    select
        *,
        cast(
            date_diff(
                'hour',
                timezone('{{ var("time_zone") }}', cast(measured_on as timestamp)),
                timezone('{{ var("time_zone") }}', cast(measured_on + 1 as timestamp))
            ) as integer
        ) as granules_expected
    from limited
),

calendar as (
    select
        cells.cell_id,
        cells.site_id,
        cells.region,
        cells.technology,
        timed.*
    from timed
    inner join cells
        on
            timed.measured_on >= cells.valid_from
            and timed.measured_on < cells.valid_to
)

select * from calendar
