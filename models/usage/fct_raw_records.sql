-- What became of every landed record. A repeated record is judged as such before any filter.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false
) }}

with

received as (
    select
        file_id,
        record_no,
        usage_id,
        a_prefix,
        b_prefix,
        started_local,
        usage_date,
        service_type,
        duration_s,
        bytes_total,
        event_count
    from {{ ref('int_usage__received') }}
),

repeated as (
    select
        file_id,
        record_no,
        outcome
    from {{ ref('int_usage__repeated') }}
),

numbers as (
    select
        file_id,
        record_no,
        usage_date,
        'a_prefix' as field,
        a_prefix as number_prefix
    from received
    union all
    select
        file_id,
        record_no,
        usage_date,
        'b_prefix' as field,
        b_prefix as number_prefix
    from received
),

-- One comparison per distinct number, not per record.
filtered_numbers as (
    select
        distinct_numbers.field,
        distinct_numbers.number_prefix,
        filters.filter_id,
        filters.valid_from,
        filters.valid_to
    from (
        select
            field,
            number_prefix
        from numbers
        group by field, number_prefix
    ) as distinct_numbers
    inner join {{ ref('dim_usage_filters') }} as filters
        on
            distinct_numbers.field = filters.field
            and substr(distinct_numbers.number_prefix, 1, length(filters.prefix)) = filters.prefix
),

filtered as (
    select
        numbers.file_id,
        numbers.record_no,
        min(filtered_numbers.filter_id) as filter_id
    from numbers
    inner join filtered_numbers
        on
            numbers.field = filtered_numbers.field
            and numbers.number_prefix = filtered_numbers.number_prefix
            and numbers.usage_date >= filtered_numbers.valid_from
            and numbers.usage_date < filtered_numbers.valid_to
    group by numbers.file_id, numbers.record_no
),

raw_records as (
    select
        received.file_id,
        received.record_no,
        received.usage_id,
        case
            when repeated.outcome is not null then repeated.outcome
            when filtered.filter_id is not null then 'filtered'
            else 'canonical'
        end as outcome,
        filtered.filter_id,
        received.started_local,
        received.service_type,
        received.duration_s,
        received.bytes_total,
        received.event_count
    from received
    left join repeated
        on
            received.file_id = repeated.file_id
            and received.record_no = repeated.record_no
    left join filtered
        on
            received.file_id = filtered.file_id
            and received.record_no = filtered.record_no
)

select * from raw_records
