-- Values whose object, counter and interval came before, in the same file or another: copies and
-- contradictions (FORMATS PM-18). All values of an interval lie in one local day, so every batch
-- decides by itself.
{{ config(
    access='protected',
    contract={'enforced': false},
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='measured_on',
    begin=var('history_begin'),
    batch_size=var('batch_size'),
    concurrent_batches=false,
    tags=['record_grain']
) }}

with

received as (
    select
        file_id,
        record_no,
        object_dn,
        counter,
        interval_start_at,
        interval_s,
        value,
        started_local,
        cast(measured_date as timestamp) as measured_on,
        coalesce(vector, cast(value as varchar), '') as content,
        coalesce(is_suspect, false) as is_suspect
    from {{ ref('stg_pm__cell_counters') }}
),

repeated_keys as (
    select
        object_dn,
        counter,
        interval_start_at,
        interval_s
    from received
    group by object_dn, counter, interval_start_at, interval_s
    having count(*) > 1
),

-- A value that its element trusts stands before a suspect one, a figure before none, then the
-- larger, whatever the order of arrival. Only repeated keys are sorted.
ranked as (
    select
        received.*,
        row_number() over same_value as key_rank,
        first_value(received.content) over same_value as standing_content
    from received
    inner join repeated_keys
        on
            received.object_dn = repeated_keys.object_dn
            and received.counter = repeated_keys.counter
            and received.interval_start_at = repeated_keys.interval_start_at
            and received.interval_s = repeated_keys.interval_s
    window
        same_value as (
            partition by
                received.object_dn,
                received.counter,
                received.interval_start_at,
                received.interval_s
            order by
                received.is_suspect,
                case when received.content = '' then 1 else 0 end,
                -received.value,
                received.content,
                received.file_id,
                received.record_no
        )
),

repeated as (
    select
        file_id,
        record_no,
        started_local,
        measured_on,
        case when content = standing_content then 'duplicate' else 'conflict' end as outcome
    from ranked
    where key_rank > 1
)

select * from repeated
