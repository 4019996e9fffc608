{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    {{ landed_cdrs(source('switch_ribbon', 'cdrs'), 'switch_ribbon') }}
)

select * from landed
