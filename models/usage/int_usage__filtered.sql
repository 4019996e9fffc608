-- Records that a filter makes non-billable: by a number, or an answered call without duration. The
-- parts of a call share the verdict on the one that stands for it: the end of one names no numbers.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    access='private'
) }}

with

folded as (
    select
        file_id,
        record_no,
        a_prefix,
        b_prefix,
        event_date
    from {{ ref('int_usage__folded') }}
    where not is_standing
),

records as (
    select
        received.file_id,
        received.record_no,
        received.started_local,
        case when folded.file_id is null then received.a_prefix else folded.a_prefix end
            as a_prefix,
        case when folded.file_id is null then received.b_prefix else folded.b_prefix end
            as b_prefix,
        coalesce(folded.event_date, received.usage_date) as valid_on,
        -- A call told in several records lasts as long as all of them say.
        received.call_ref is null
        and not {{ is_partial_record('received') }}
        and received.service_type = 'voice'
        and received.call_outcome = 'answered'
        and received.duration_ms = 0 as is_answered_without_duration
    from {{ ref('int_usage__received') }} as received
    left join folded
        on
            received.file_id = folded.file_id
            and received.record_no = folded.record_no
),

numbers as (
    select
        file_id,
        record_no,
        started_local,
        valid_on,
        'a_prefix' as field,
        a_prefix as number_prefix
    from records
    union all
    select
        file_id,
        record_no,
        started_local,
        valid_on,
        'b_prefix' as field,
        b_prefix as number_prefix
    from records
    union all
    select
        file_id,
        record_no,
        started_local,
        valid_on,
        'answered_duration_s' as field,
        '0' as number_prefix
    from records
    where is_answered_without_duration
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
        min(numbers.started_local) as started_local,
        min(filtered_numbers.filter_id) as filter_id
    from numbers
    inner join filtered_numbers
        on
            numbers.field = filtered_numbers.field
            and numbers.number_prefix = filtered_numbers.number_prefix
            and numbers.valid_on >= filtered_numbers.valid_from
            and numbers.valid_on < filtered_numbers.valid_to
    group by numbers.file_id, numbers.record_no
)

select * from filtered
