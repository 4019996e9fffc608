-- RA04 and the landed half of RA07, per day of the file: every record of a file has one outcome,
-- and no second, byte or event of it is lost.
{{ config(access='private', contract={'enforced': false}) }}
{%- set landed_records = [
    'fct_raw_records', 'fct_call_quality', 'stg_pm__cell_counters', 'stg_nrtrde_in__events',
    'stg_partner__declarations', 'stg_payments__payments', 'stg_rap_in__returns',
    'stg_field_trace__samples',
] %}

with

files as (
    select * from {{ ref('fct_file_conservation') }}
),

days as (
    select
        strftime(day, '%Y-%m-%d') as scope_value,
        cast(date_trunc('month', day) as date) as scope_month,
        sum(raw_records) as raw_records,
        sum(raw_records - difference_records) as judged_records,
        sum(raw_ms - quarantined_ms) as landed_ms,
        sum(raw_bytes - quarantined_bytes) as landed_bytes,
        sum(raw_events - quarantined_events) as landed_events,
        sum(canonical_ms + other_ms) as outcome_ms,
        sum(canonical_bytes + other_bytes) as outcome_bytes,
        sum(canonical_events + other_events) as outcome_events
    from files
    group by all
),

all_records as (
    select sum(records) as landed_records
    from (
        select count_if(service_type is null) as records from {{ ref('fct_tap_events') }}
        union all
        select count(distinct concat(file_id, ':', record_no)) as records
        from {{ ref('stg_tmf__records') }}
        union all
        select count(distinct concat(file_id, ':', record_no)) as records
        from {{ ref('stg_decks__prices') }}
        union all
        select sum(records) as records from {{ ref('stg_reference__snapshots') }}
        {%- for landed in landed_records %}
        union all
        select count(*) as records from {{ ref(landed) }}
        {%- endfor %}
    ) as by_table
),

all_files as (
    select
        sum(raw_records) as raw_records,
        sum(quarantined_records) as quarantined_records
    from files
),

-- A record whose file is not registered would show here and nowhere else.
totals as (
    select
        'RA04' as control_id,
        'total' as scope_kind,
        'records' as scope_value,
        cast(null as date) as scope_month,
        cast(all_files.raw_records as decimal(38, 6)) as expected_value,
        cast(
            all_records.landed_records + all_files.quarantined_records as decimal(38, 6)
        ) as actual_value
    from all_files
    cross join all_records
    union all
    -- Files whose differences cancel out over their day.
    select
        'RA04' as control_id,
        'total' as scope_kind,
        'files' as scope_value,
        cast(null as date) as scope_month,
        cast(count(*) as decimal(38, 6)) as expected_value,
        cast(count_if(is_conserved) as decimal(38, 6)) as actual_value
    from files
),

results as (
    select
        'RA04' as control_id,
        'day' as scope_kind,
        scope_value,
        scope_month,
        cast(raw_records as decimal(38, 6)) as expected_value,
        cast(judged_records as decimal(38, 6)) as actual_value
    from days
    {%- for name, measure, scale in [
        ('seconds', 'ms', ' * 0.001'), ('bytes', 'bytes', ''), ('events', 'events', ''),
    ] %}
    union all
    select
        'RA07' as control_id,
        'day, landed {{ name }}' as scope_kind,
        scope_value,
        scope_month,
        cast(landed_{{ measure }}{{ scale }} as decimal(38, 6)) as expected_value,
        cast(outcome_{{ measure }}{{ scale }} as decimal(38, 6)) as actual_value
    from days
    {%- endfor %}
    union all
    select * from totals
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
