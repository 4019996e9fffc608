-- RA04 and the landed half of RA07, per day of the file: every record of a file has one outcome,
-- and no second, byte or event of it is lost.
{{ config(access='private', contract={'enforced': false}) }}

with

files as (
    select * from {{ ref('int_assurance__file_outcomes') }}
),

days as (
    select
        strftime(day, '%Y-%m-%d') as scope_value,
        cast(date_trunc('month', day) as date) as scope_month,
        sum(raw_records) as raw_records,
        sum(outcome_records + quarantined_records) as judged_records,
        sum(landed_s) as landed_s,
        sum(landed_bytes) as landed_bytes,
        sum(landed_events) as landed_events,
        sum(outcome_s) as outcome_s,
        sum(outcome_bytes) as outcome_bytes,
        sum(outcome_events) as outcome_events
    from files
    group by all
),

-- A record whose file is not registered would show here and nowhere else.
totals as (
    select
        'RA04' as control_id,
        'total' as scope_kind,
        'records' as scope_value,
        cast(null as date) as scope_month,
        (select sum(raw_records) from files) as expected_value,
        (select count(*) from {{ ref('fct_raw_records') }})
        + (select sum(quarantined_records) from files) as actual_value
),

results as (
    select
        'RA04' as control_id,
        'day' as scope_kind,
        scope_value,
        scope_month,
        raw_records as expected_value,
        judged_records as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, landed seconds' as scope_kind,
        scope_value,
        scope_month,
        landed_s as expected_value,
        outcome_s as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, landed bytes' as scope_kind,
        scope_value,
        scope_month,
        landed_bytes as expected_value,
        outcome_bytes as actual_value
    from days
    union all
    select
        'RA07' as control_id,
        'day, landed events' as scope_kind,
        scope_value,
        scope_month,
        landed_events as expected_value,
        outcome_events as actual_value
    from days
    union all
    select * from totals
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    cast(coalesce(expected_value, 0) as decimal(38, 6)) as expected_value,
    cast(coalesce(actual_value, 0) as decimal(38, 6)) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
