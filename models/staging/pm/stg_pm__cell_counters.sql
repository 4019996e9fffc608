-- One row per cell, counter and interval; the folder is the local date of the interval's start.
{{ config(event_time='measured_date', tags=['record_grain']) }}

with

landed as (
    select
        file_id,
        record_no,
        object_dn,
        cell_id,
        counter,
        interval_start_at,
        interval_s,
        value,
        vector,
        is_suspect,
        started_local,
        cast(measured_date as date) as measured_date
    from {{ source('pm', 'cell_counters') }}
)

select * from landed
