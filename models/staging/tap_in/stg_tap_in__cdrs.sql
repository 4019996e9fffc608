{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    {{ landed_cdrs(source('tap_in', 'cdrs'), 'tap_in') }}
)

select * from landed
