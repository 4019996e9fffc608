{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    {{ landed_cdrs(source('switch_freeswitch', 'cdrs'), 'switch_freeswitch') }}
)

select * from landed
