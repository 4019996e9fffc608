{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    {{ landed_cdrs(source('switch_cucm', 'cdrs'), 'switch_cucm') }}
)

select * from landed
